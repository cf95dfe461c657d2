import { inspect, types } from "node:util";
import { CompileError } from "./compile-error";
import { type ErrorContent, red } from "./error-content";
import { cellSource } from "./readable-stacks";

/**
 * Describes a thrown value for the `error` message on iopub and for the reply. tslab only prints errors and compiler
 * diagnostics on stderr: it sends no `error` message, and its reply does not contain the cause. Tools that run notebooks
 * therefore mistake a failing notebook for a passing one.
 */
export function describeError(thrown: unknown): ErrorContent {
  if (thrown instanceof CompileError) return thrown.content;
  if (!(thrown instanceof Error) && !types.isNativeError(thrown)) {
    const shown = inspect(thrown, { colors: true });
    return { ename: "Thrown", evalue: inspect(thrown), traceback: [`${red("Thrown")}: ${shown}`] };
  }
  const ename = String(thrown.name || "Error");
  const evalue = String(thrown.message);
  const stack = String(thrown.stack ?? "");
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return { ename, evalue, traceback: [`${red(ename)}: ${evalue}`, ...frames, ...excerpt(frames), ...details(thrown)] };
}

/** The lines of a cell around the innermost stack frame that is inside a cell. */
function excerpt(frames: readonly string[]): string[] {
  for (const frame of frames) {
    const [, label = "", line] = /(\w+\[[^\]]+\]):(\d+):\d+\)?$/.exec(frame) ?? [];
    const lines = cellSource(label)?.split("\n");
    if (lines === undefined) continue;
    const at = Number(line);
    const numbers = [at - 1, at, at + 1].filter((number) => lines[number - 1] !== undefined);
    const width = String(at + 1).length;
    const show = (number: number) =>
      `${number === at ? red("  > ") : "    "}${String(number).padStart(width)} | ${lines[number - 1]}`;
    return ["", `${label}, line ${at}`, ...numbers.map(show)];
  }
  return [];
}

/** Own properties of an error, such as `code`, and its cause. */
function details(error: Error): string[] {
  const shown = { ...error, ...(error.cause === undefined ? {} : { cause: error.cause }) } as Record<string, unknown>;
  delete shown.name;
  delete shown.message;
  delete shown.stack;
  return Object.keys(shown).length === 0
    ? []
    : [`  ${inspect(shown, { colors: true, depth: 3 }).replace(/\n/g, "\n  ")}`];
}
