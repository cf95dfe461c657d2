import { type Jitted, jit } from "../jit/jit";

/** The maximum number of compiled estimators in memory. The least recently used one is freed first. */
const mostPrograms = 24;

type Step = Jitted<never[], unknown>;

/** A level of the cache. Each level is keyed by one part of a model, the last level by the name of the computation. */
interface Level {
  next: WeakMap<object, Level>;
  steps: Map<string, Step>;
}

const level = (): Level => ({ next: new WeakMap(), steps: new Map() });
const root = level();
/** The compiled functions, most recently used last, with a function that removes each from the cache. */
const inUse = new Map<Step, () => void>();

/**
 * Compiles a function and keeps it for the next call with the same model, so only the first call compiles. The compiled function
 * is freed after a variable of the model has been disposed, when the model is garbage collected, or when many others have been
 * used since.
 *
 * @param parts the functions and objects that the computation depends on: `[encode, decode, prior]`
 * @param name the name of the computation, including all constants in the graph
 * @param fn may depend only on `parts` and `name`; everything else must be an argument
 */
export function compiledOnce<A extends unknown[], R>(
  parts: readonly object[],
  name: string,
  fn: (...args: A) => R,
  options: { name: string; xla: boolean },
): Jitted<A, R> {
  freeDisposed();
  let at = root;
  for (const part of parts) {
    const known = at.next.get(part) ?? level();
    at.next.set(part, known);
    at = known;
  }
  const { steps } = at;
  const key = `${name} xla=${options.xla}`;
  const step = steps.get(key) ?? (jit(fn, options) as unknown as Step);
  steps.set(key, step);
  inUse.delete(step);
  inUse.set(step, () => steps.delete(key));
  for (const oldest of inUse.keys()) {
    if (inUse.size <= mostPrograms) break;
    free(oldest);
  }
  return step as unknown as Jitted<A, R>;
}

/** Frees the graphs compiled for these parts. They are compiled again when needed. */
export function freeCompiled(parts: readonly object[]): void {
  let at: Level | undefined = root;
  for (const part of parts) at = at?.next.get(part);
  for (const step of [...(at?.steps.values() ?? [])]) free(step);
}

function free(step: Step): void {
  step.dispose();
  inUse.get(step)?.();
  inUse.delete(step);
}

/** Frees functions of models with disposed variables, which nobody can use. */
function freeDisposed(): void {
  for (const step of [...inUse.keys()]) {
    if (step.stats.runs > 0 && step.lastTrace().variables.some(({ variable }) => variable.isDisposed)) free(step);
  }
}
