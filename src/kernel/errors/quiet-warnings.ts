/** Warnings about features that the layer itself uses; the reader of a notebook cannot act on them. */
const own = [
  /^vm\.USE_MAIN_CONTEXT_DEFAULT_LOADER is an experimental feature/,
  /ES Module .*require\(\)|require\(\).*ES Module/,
];

/**
 * Node warns once, in the middle of a cell's output, that `import()` in cells and `require` of ES modules are
 * experimental. This hides those warnings and keeps all others.
 */
export function quietOwnWarnings(): void {
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = ((warning: unknown, ...rest: unknown[]) => {
    const text = warning instanceof Error ? warning.message : String(warning);
    if (!own.some((pattern) => pattern.test(text))) emit(warning, ...rest);
  }) as typeof process.emitWarning;
}
