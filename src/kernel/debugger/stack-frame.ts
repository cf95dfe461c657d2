import type { Debugger } from "node:inspector";
import type { KnownScript } from "./code-positions";
import type { RawFrame, SourceFrame } from "./located-frame";

/** A frame of a paused cell. */
export interface StackFrame {
  /** A number that no other frame of this or an earlier pause has. */
  id: number;
  raw: Debugger.CallFrame;
  source: SourceFrame;
  script: KnownScript | undefined;
}

/** What the agent needs to know to find the source of a frame. */
export function rawFrame(file: string, { location, functionLocation }: Debugger.CallFrame): RawFrame {
  return {
    file,
    line: location.lineNumber,
    column: location.columnNumber ?? 0,
    functionLine: functionLocation?.lineNumber ?? 0,
    functionColumn: functionLocation?.columnNumber ?? 0,
  };
}

/** The frame for the front end. Lines and columns count from 1. */
export function toDapFrame({ id, raw, source }: StackFrame): object {
  return {
    id,
    name: source.cell ?? (raw.functionName || "(anonymous)"),
    source: { path: source.path, name: source.path },
    line: source.line + 1,
    column: source.column + 1,
  };
}
