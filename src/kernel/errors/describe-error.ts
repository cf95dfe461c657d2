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
  try {
    if (thrown instanceof CompileError) return thrown.content;
    return thrown instanceof Error || types.isNativeError(thrown) ? describe(thrown) : describeOther(thrown);
  } catch (error) {
    // A getter or a proxy that throws.
    const evalue = `the thrown value cannot be read: ${error instanceof Error ? error.message : "its properties throw"}`;
    return { ename: "Thrown", evalue, traceback: [`${red("Thrown")}: ${evalue}`] };
  }
}

function describeOther(thrown: unknown): ErrorContent {
  const shown = inspect(thrown, { colors: true });
  return { ename: "Thrown", evalue: inspect(thrown), traceback: [`${red("Thrown")}: ${shown}`] };
}

function describe(error: Error): ErrorContent {
  const ename = String(error.name || "Error");
  const inner = innerErrors(error);
  const evalue = [String(error.message), ...(inner.length > 0 ? [summary(inner)] : [])].filter(Boolean).join(" ");
  const stack = String(error.stack ?? "");
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const traceback = [`${red(ename)}: ${evalue}`, ...frames, ...excerpt(frames), ...details(error)];
  return { ename, evalue, traceback: [...traceback, ...inner.slice(0, shownErrors).flatMap(describeInner)] };
}

/** The errors inside an `AggregateError`, as `Promise.any` throws it. */
function innerErrors(error: Error): readonly unknown[] {
  const { errors } = error as Partial<AggregateError>;
  return Array.isArray(errors) ? errors : [];
}

/** The number of errors inside an error that are shown. */
const shownErrors = 5;

function summary(errors: readonly unknown[]): string {
  const shown = errors.slice(0, shownErrors).map((one) => {
    const { ename, evalue } = describeError(one);
    return `${ename}: ${evalue}`;
  });
  const more = errors.length - shown.length;
  return `(${shown.join("; ")}${more > 0 ? `; ${more} more` : ""})`;
}

function describeInner(error: unknown, index: number): string[] {
  const [first = "", ...rest] = describeError(error).traceback;
  return ["", `[${index + 1}] ${first}`, ...rest].map((line) =>
    line === "" ? line : `  ${line.replace(/\n/g, "\n  ")}`,
  );
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
  delete shown.errors;
  return Object.keys(shown).length === 0
    ? []
    : [`  ${inspect(shown, { colors: true, depth: 3 }).replace(/\n/g, "\n  ")}`];
}
