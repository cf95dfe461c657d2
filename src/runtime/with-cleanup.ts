/** Where the cleanups of work in progress are: global, so that the kernel finds those of every copy of the library. */
const symbol = Symbol.for("elbo-lab.unfinishedWork");

type Cleanup = () => void;

function unfinished(): Cleanup[] {
  const place = globalThis as { [symbol]?: Cleanup[] };
  place[symbol] ??= [];
  return place[symbol];
}

/**
 * Runs synchronous work and then `cleanup`, as `try … finally` does, also when the kernel breaks off the cell: Node ends
 * synchronous code without running its `finally` blocks, so the kernel runs the cleanups that are due.
 *
 * @param work must not be asynchronous: between two turns of the event loop no work is in progress
 * @param cleanup may run twice, when the break comes at its end
 */
export function withCleanup<T>(work: () => T, cleanup: () => void): T {
  const due = unfinished();
  due.push(cleanup);
  try {
    return work();
  } finally {
    cleanup();
    const at = due.lastIndexOf(cleanup);
    if (at >= 0) due.splice(at, 1);
  }
}

/** Cleans up after work that was broken off, the innermost first. For the kernel. */
export function cleanUpUnfinished(): void {
  const due = unfinished();
  for (let cleanup = due.pop(); cleanup !== undefined; cleanup = due.pop()) {
    try {
      cleanup();
    } catch {
      // It was broken off in the middle; what remains is cleaned up all the same.
    }
  }
}
