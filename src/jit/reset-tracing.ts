import { engine } from "./native-backend";

/** What is to be undone if the code that runs now is broken off; the innermost last. */
const pending: (() => void)[] = [];

/**
 * Runs and undoes afterwards, whether `run` returns or throws. Unlike a `finally` of its own, the undoing also happens after
 * an interrupt of the kernel: that one ends the JavaScript code that is running without any `finally`, and `resetTracing()`
 * undoes what it left.
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

/** Runs, and undoes only where an interrupt breaks off the code. */
export function withRepair<T>(repair: () => void, run: () => T): T {
  pending.push(repair);
  try {
    return run();
  } finally {
    pending.pop();
  }
}

/**
 * Puts tracing back to idle after an interrupt that broke off the code: the hooks on tfjs, the recorder, variables, the
 * learning rates of optimizers, and the engine's counts of open gradients and kernels. Between two runs of JavaScript,
 * nothing is pending unless it was broken off, so that a call at any such time is safe. Open scopes of `tidy()` are the
 * kernel's to end: it knows how many there were before the cell.
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
      // It was broken off in the middle; what remains is undone all the same.
    }
  }
}

/**
 * Functions for the kernel to call after it has broken off code, under a symbol that all copies of this library in a process
 * share.
 */
const key = Symbol.for("elbo-lab.resetAfterBreak");
const shared = globalThis as { [key]?: Set<() => void> };
shared[key] ??= new Set();
shared[key].add(resetTracing);
