import { engine } from "./native-backend";

/** What to undo if the current code is interrupted; the innermost is last. */
const pending: (() => void)[] = [];

/**
 * Calls `run` and then `undo`, whether `run` returns or throws. Unlike a `finally` block, this also works for an interrupt of the
 * kernel. An interrupt skips all `finally` blocks, and `resetTracing()` calls the undo functions that are left.
 */
export function withUndo<T>(undo: () => void, run: () => T): T {
  pending.push(undo);
  try {
    return run();
  } finally {
    pending.pop();
    undo();
  }
}

/** Calls `run`. If an interrupt ends it, `resetTracing()` calls `repair`. */
export function withRepair<T>(repair: () => void, run: () => T): T {
  pending.push(repair);
  try {
    return run();
  } finally {
    pending.pop();
  }
}

/**
 * Resets tracing after an interrupt: the hooks in tfjs, the recorder, the variables, the learning rates of optimizers, and the
 * engine's counts of open gradients and kernels.
 *
 * Undo functions are only left if code was interrupted, so a call between two cells is always safe. This does not end open scopes
 * of `tidy()`. The kernel does, because it knows how many were open before the cell.
 */
export function resetTracing(): void {
  const { state } = engine();
  if (pending.length > 0 || state.gradientDepth > 0 || state.kernelDepth > 0) {
    Object.assign(state, { gradientDepth: 0, kernelDepth: 0, activeTape: null, numDataMovesStack: [] });
  }
  for (let undo = pending.pop(); undo !== undefined; undo = pending.pop()) {
    try {
      undo();
    } catch {
      // The interrupted code may have been only half done. Continue with the rest.
    }
  }
}

/** The kernel calls these functions after an interrupt. All copies of this library in a process share the symbol. */
const key = Symbol.for("elbo-lab.resetAfterBreak");
const shared = globalThis as { [key]?: Set<() => void> };
shared[key] ??= new Set();
shared[key].add(resetTracing);
