/** A stack frame as V8 sees it. Lines and columns count from 0. */
export interface RawFrame {
  /** The path of the script. */
  file: string;
  line: number;
  column: number;
  /** Where the function of the frame begins. */
  functionLine: number;
  functionColumn: number;
}

/** A stack frame in the source. */
export interface SourceFrame {
  /** The file of the source, or the path of a cell (`cell-path.ts`). */
  path: string;
  line: number;
  column: number;
  /** The name of the cell, in the frame of the cell itself. */
  cell?: string;
}

/**
 * A stack frame in code that the kernel or the compiler added to a cell: the script around the cell's function, the
 * statements before the cell's code, the end of the cell's function, a getter of a variable, or code without a source.
 */
export interface AddedFrame {
  added: "script" | "prologue" | "end" | "getter" | "other";
}

export type LocatedFrame = SourceFrame | AddedFrame;
