/** The content of an error in Jupyter's `error` message and `execute_reply`. */
export interface ErrorContent extends Record<string, unknown> {
  ename: string;
  evalue: string;
  /** Lines to show, with ANSI colors. */
  traceback: string[];
}

/** Red text for a traceback. */
export function red(text: string): string {
  return `\x1b[31m${text}\x1b[39m`;
}
