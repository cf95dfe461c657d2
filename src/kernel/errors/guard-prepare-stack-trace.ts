type Prepare = (error: Error, sites: NodeJS.CallSite[]) => unknown;

/**
 * Sets how stack traces are written. Code in a cell may replace it, as some libraries do for a moment. If the replacement
 * throws, reading `error.stack` would throw too, anywhere in the kernel: then the stack trace is written by `prepare`.
 */
export function guardPrepareStackTrace(prepare: Prepare): void {
  const guarded = new WeakSet<Prepare>([prepare]);
  let current = prepare;

  function guard(replacement: Prepare): Prepare {
    if (guarded.has(replacement)) return replacement;
    const safe: Prepare = (error, sites) => {
      try {
        return replacement.call(Error, error, sites);
      } catch {
        return prepare(error, sites);
      }
    };
    guarded.add(safe);
    return safe;
  }

  Object.defineProperty(Error, "prepareStackTrace", {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (replacement: unknown) => {
      current = typeof replacement === "function" ? guard(replacement as Prepare) : prepare;
    },
  });
}
