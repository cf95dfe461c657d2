import type { AddedFrame, SourceFrame } from "./located-frame";

/** The inspector's commands that let a paused thread go on. */
export type ResumeCommand = "resume" | "stepOver" | "stepInto" | "stepOut";

/** A step of the user. V8 steps by expressions, so one step to the next line may need several of V8's. */
export interface DebugStep {
  command: ResumeCommand;
  from: SourceFrame;
  /** The number of frames where the step began. */
  depth: number;
  /** The positions in the line where V8 has paused. */
  seen: Set<string>;
}

export function beginStep(command: ResumeCommand, from: SourceFrame, depth: number): DebugStep {
  return { command, from, depth, seen: new Set([`${from.line}:${from.column}`]) };
}

/**
 * Whether the step has to go on, because V8 has paused in the same line of the same call. A position that comes again is
 * another iteration of a loop in one line, where the step ends.
 */
export function stepGoesOn(step: DebugStep, at: SourceFrame, depth: number): boolean {
  const { command, from, seen } = step;
  if (command === "stepOut" || at.path !== from.path || at.line !== from.line || depth !== step.depth) return false;
  const position = `${at.line}:${at.column}`;
  if (seen.has(position)) return false;
  seen.add(position);
  return true;
}

/** How to leave code that the kernel or the compiler added. */
export function leaveAdded({ added }: AddedFrame, isPausing: boolean): ResumeCommand {
  if (added === "script") return isPausing ? "stepInto" : "resume";
  if (added === "end") return "resume";
  return added === "getter" ? "stepOut" : "stepOver";
}
