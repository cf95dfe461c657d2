/** Prints a message of the set-up on stderr. */
export const say = (text) => process.stderr.write(`${text}\n`);

/**
 * A progress line that is rewritten in place on a terminal, and printed every ten percent elsewhere.
 *
 * @returns {(fraction: number, note?: string) => void}
 */
export function progress(title) {
  let shown = -1;
  return (fraction, note = "") => {
    const percent = Math.min(100, Math.floor(100 * fraction));
    if (process.stderr.isTTY) {
      process.stderr.write(`\r  ${title} ${String(percent).padStart(3)} % ${note}\x1b[K${percent === 100 ? "\n" : ""}`);
    } else if (percent >= shown + 10 || (percent === 100 && shown < 100)) {
      say(`  ${title} ${percent} % ${note}`);
      shown = percent;
    }
  };
}
