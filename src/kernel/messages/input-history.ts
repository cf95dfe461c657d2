import type { Handler } from "../protocol/server";

/** One execution in the history. */
interface Entry {
  line: number;
  input: string;
  /** Plain text of the result, if there was one. */
  output: string | null;
}

/** The inputs of this kernel session. */
export interface InputHistory {
  add(entry: Entry): void;
  /** Answers `history_request`. */
  request: Handler;
}

/** The kernel does not remember earlier sessions. Its own session is number 1; 0 means the current session. */
const session = 1;

export function createInputHistory(): InputHistory {
  const entries: Entry[] = [];

  function select(content: Record<string, unknown>): Entry[] {
    const n = typeof content.n === "number" && content.n > 0 ? content.n : entries.length;
    switch (content.hist_access_type) {
      case "range": {
        if (![undefined, null, 0, session].includes(content.session as number)) return [];
        const start = Number(content.start ?? 0);
        const stop = typeof content.stop === "number" && content.stop > 0 ? content.stop : Number.POSITIVE_INFINITY;
        return entries.filter(({ line }) => start <= line && line < stop);
      }
      case "search": {
        const pattern = globPattern(String(content.pattern ?? "*"));
        const found = entries.filter(({ input }) => pattern.test(input));
        return (content.unique === true ? latestOfEach(found) : found).slice(-n);
      }
      default:
        return entries.slice(-n);
    }
  }

  return {
    add: (entry) => entries.push(entry),
    request: ({ content }) => ({
      status: "ok",
      history: select(content).map(({ line, input, output }) => [
        session,
        line,
        content.output === true ? [input, output] : input,
      ]),
    }),
  };
}

/** `*` matches any text, `?` matches one character. */
function globPattern(glob: string): RegExp {
  const literal = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "su");
}

function latestOfEach(entries: readonly Entry[]): Entry[] {
  const latest = new Map<string, Entry>();
  for (const entry of entries) {
    latest.delete(entry.input);
    latest.set(entry.input, entry);
  }
  return [...latest.values()];
}
