import type { AddedFrame, SourceFrame } from "./located-frame";
import type { StackFrame } from "./stack-frame";

/** The inspector's commands that let a paused thread go on. */
export type ResumeCommand = "resume" | "stepOver" | "stepInto" | "stepOut";

/** A step of the user. V8 steps by expressions, so one step to the next line may need several of V8's. */
export interface DebugStep {
  command: ResumeCommand;
  from: SourceFrame;
  /** The number of frames with a source where the step began. */
  depth: number;
  /** The positions in the scripts where V8 has paused. */
  seen: Set<string>;
}

/** @param frames The frames of the pause where the step begins, the innermost first. */
export function beginStep(command: ResumeCommand, frames: readonly [StackFrame, ...StackFrame[]]): DebugStep {
  const [{ source, raw }] = frames;
  return { command, from: source, depth: frames.length, seen: new Set([positionOf(raw)]) };
}

/**
 * Whether the step has to go on, because V8 has paused in the same line of the same call. A position that comes again is
 * another iteration of a loop in one line, where the step ends.
 */
export function stepGoesOn({ command, from, depth, seen }: DebugStep, frames: readonly StackFrame[]): boolean {
  const [top] = frames;
  if (top === undefined || command === "stepOut" || frames.length !== depth) return false;
  const { raw, source } = top;
  if (source.path !== from.path || source.line !== from.line || seen.has(positionOf(raw))) return false;
  seen.add(positionOf(raw));
  return true;
}

function positionOf({ location }: StackFrame["raw"]): string {
  return `${location.scriptId}:${location.lineNumber}:${location.columnNumber}`;
}

/** How to leave code that the kernel or the compiler added. */
export function leaveAdded({ added }: AddedFrame, isPausing: boolean): ResumeCommand {
  if (added === "script") return isPausing ? "stepInto" : "resume";
  if (added === "end") return "resume";
  return added === "getter" ? "stepOut" : "stepOver";
}
