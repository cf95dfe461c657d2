import type { CompilerOptions, SourceFile } from "typescript";
import { ts } from "../base/typescript";

/** Finds the names that a file declares. The compiler exports this function, but not in its public types. */
export function bind(file: SourceFile, options: CompilerOptions): void {
  (ts as unknown as { bindSourceFile(file: SourceFile, options: CompilerOptions): void }).bindSourceFile(file, options);
}
