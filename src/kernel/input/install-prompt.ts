import type { Ask } from "./ask";

/** Options of `prompt()`. */
interface PromptOptions {
  /** The answer if the user enters nothing; defaults to "". */
  default?: string;
  /** Whether the front end hides what is typed; defaults to false. */
  hidden?: boolean;
}

/**
 * Defines `prompt()` and `confirm()` for cells. As in browsers and Deno, they block until the user has answered.
 * `compiler/cell-globals.ts` declares them.
 */
export function installPrompt(ask: Ask): void {
  function prompt(message: unknown = "", options: string | PromptOptions | null = {}): string {
    const { default: otherwise = "", hidden = false } =
      typeof options === "object" ? (options ?? {}) : { default: String(options) };
    const shown = otherwise === "" || hidden ? String(message) : `${message} [${otherwise}]`;
    return ask.now({ asker: "prompt()", prompt: shown, hidden }) || otherwise;
  }

  function confirm(message: unknown = "Continue?"): boolean {
    for (;;) {
      const answer = ask.now({ asker: "confirm()", prompt: `${message} [y/N]` });
      if (/^\s*(y|yes)\s*$/i.test(answer)) return true;
      if (/^\s*(n|no)?\s*$/i.test(answer)) return false;
    }
  }

  Object.assign(globalThis, { prompt, confirm });
}
