/**
 * Shows in a notebook that a check catches a mistake: runs the check, expects it to throw, and prints the error.
 *
 * @param mistake what is wrong, a few words
 * @param check the check, applied to the mistake; may be asynchronous
 * @returns a promise if the check is asynchronous
 * @throws Error if the check passes
 */
export function assertFails(mistake: string, check: () => Promise<unknown>): Promise<void>;
export function assertFails(mistake: string, check: () => unknown): void;
export function assertFails(mistake: string, check: () => unknown): void | Promise<void> {
  let result: unknown;
  try {
    result = check();
  } catch (error) {
    return report(mistake, error);
  }
  if (!(result instanceof Promise)) throw passed(mistake);
  return result.then(
    () => {
      throw passed(mistake);
    },
    (error) => report(mistake, error),
  );
}

const passed = (mistake: string): Error => new Error(`“${mistake}” passed the check that should catch it`);

function report(mistake: string, error: unknown): void {
  console.log(`✓ caught “${mistake}”: ${error instanceof Error ? error.message : String(error)}`);
}
