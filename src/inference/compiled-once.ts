import { type Jitted, jit } from "../jit/jit";

/** At most so many compiled estimators stay in memory; the one that has not been used for longest goes first. */
const mostPrograms = 24;

type Step = Jitted<never[], unknown>;

/** By the parts of a model, one map a part; the last one is by the name of the computation. */
interface Level {
  next: WeakMap<object, Level>;
  steps: Map<string, Step>;
}

const level = (): Level => ({ next: new WeakMap(), steps: new Map() });
const root = level();
/** What is compiled, the latest used last, with how to forget it. */
const inUse = new Map<Step, () => void>();

/**
 * A compiled function that is kept for the next call with the same model, so that only the first call pays for the compilation.
 * It is freed when a variable of the model has been disposed of, when the model is garbage, or when many others were used since.
 *
 * @param parts the functions and objects that the computation depends on: `[encode, decode, prior]`
 * @param name what is computed, and all numbers that the graph contains
 * @param fn may depend on `parts` and `name` alone; everything else is an argument
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

/** Frees the graphs of what was compiled for these parts; they are compiled again when they are needed. */
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

/** Nobody uses a model whose variables are gone. */
function freeDisposed(): void {
  for (const step of [...inUse.keys()]) {
    if (step.stats.runs > 0 && step.lastTrace().variables.some(({ variable }) => variable.isDisposed)) free(step);
  }
}
