/** A function that `jit` cannot turn into a graph; the message names the op, the line, and how to fix it. */
export class UntraceableError extends Error {
  override readonly name = "UntraceableError";

  /**
   * @param what the finding, a sentence without a full stop, in which `{op}` stands for the call in the user's code
   * @param fix how to fix it, sentences
   * @param place where the user's code did it
   */
  constructor(what: string, fix: string, place: Place) {
    super(`jit(): ${what.replace("{op}", place.call)}${place.line && `, at ${place.line}`}. ${fix}`);
  }
}

/** A line of the user's code and the library function it called there. */
export interface Place {
  call: string;
  line: string;
}

const libraryFrame =
  /[\\/]node_modules[\\/]@tensorflow[\\/]|[\\/](src|dist)[\\/](jit|runtime)[\\/]|\(?node:internal|\(<anonymous>\)$/;

/** The innermost line outside of TensorFlow and this library's machinery on the present stack. */
export function findPlace(): Place {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 80;
  const frames = (new Error().stack ?? "").split("\n").slice(1);
  Error.stackTraceLimit = limit;
  const user = frames.findIndex((frame) => !libraryFrame.test(frame));
  if (user < 0) return { call: "an op", line: "" };
  const line = /\(?([^()\s]+:\d+:\d+)\)?$/.exec(frames[user]!)?.[1] ?? "";
  return { call: calledFunction(frames[user - 1] ?? ""), line };
}

/** `    at Object.dropout__op [as dropout] (…)` is `dropout`. */
function calledFunction(frame: string): string {
  const name = /\[as (\w+)\]/.exec(frame)?.[1] ?? /at (?:async |new )?([\w$.<>]+) \(/.exec(frame)?.[1] ?? "an op";
  return name.replace(/^(Object|Module|exports)\./, "").replace(/_+(op)?$/, "");
}
