import type { Program, SourceFile } from "typescript";

/** The part of TypeScript's `BuilderProgram` that tslab's converter uses. */
export interface ConverterProgram {
  getProgram(): Program;
  getSourceFile(file: string): SourceFile | undefined;
  /** The names of the files that a file imports, directly or through others. */
  getAllDependencies(file: SourceFile): string[];
  emit: Program["emit"];
}

/** What tslab's converter keeps of the watch mode. */
export interface ConverterHost {
  /** tslab sets this function; it receives the program after every change. */
  afterProgramCreate?(program: ConverterProgram): void;
}
