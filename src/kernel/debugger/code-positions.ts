import { existsSync } from "node:fs";
import { type CompiledCode, registeredCode } from "../errors/readable-stacks";
import type { Position } from "../errors/source-positions";
import { cellPath } from "./cell-path";
import type { LocatedFrame, RawFrame } from "./located-frame";

/** A script of the notebook. */
export interface KnownScript {
  /** The path of the script. */
  file: string;
  /** The path of its source: of a cell (`cell-path.ts`), or of a TypeScript file. */
  path: string;
  /** The source, if it is a cell. */
  source?: string;
  /** The column where the code of a cell begins in the first line of the script; 0 for a file. */
  begin: number;
}

/** A position in a script for a breakpoint. */
export interface BreakablePosition extends Position {
  file: string;
  /** The line of the source that the position belongs to. */
  sourceLine: number;
}

/** The script of a known file. */
export function knownScript(file: string, code: CompiledCode): KnownScript {
  return { file, path: sourcePath(file, code), source: code.source, begin: code.wrapper?.code ?? 0 };
}

/** Finds the source of a stack frame. */
export function locateFrame({ file, line, column, functionLine, functionColumn }: RawFrame): LocatedFrame {
  const code = registeredCode().get(file);
  if (code === undefined) return { path: file, line, column };
  const { wrapper } = code;
  const isOuter = wrapper !== undefined && functionLine === 0 && functionColumn < wrapper.body;
  if (isOuter && functionColumn === 0) return { added: "script" };
  if (wrapper !== undefined && line === 0 && column < wrapper.code) return { added: isOuter ? "prologue" : "getter" };
  const [first] = columnsByLine(code).get(line) ?? [];
  const at = first === undefined ? undefined : code.toSource({ line, column: Math.max(first, column) });
  if (at === undefined) return { added: isOuter ? "end" : "other" };
  return { path: sourcePath(file, code), ...at, ...(isOuter && { cell: code.label }) };
}

/** The positions, one for each script of a source, where a breakpoint in a line of the source belongs. */
export function breakablePositions(path: string, sourceLine: number): BreakablePosition[] {
  const scripts = [...registeredCode()].filter(([file, code]) => sourcePath(file, code) === path);
  if (scripts.length === 0 && existsSync(path)) return [{ file: path, line: sourceLine, column: 0, sourceLine }];
  return scripts.flatMap(([file, code]) => {
    let best: BreakablePosition | undefined;
    for (const [line, columns] of columnsByLine(code)) {
      for (const [i, column] of columns.entries()) {
        const at = code.toSource({ line, column });
        // Lines without code, such as comments and types, pass their breakpoint on to the next line with code.
        if (at === undefined || at.line < sourceLine) continue;
        if (best !== undefined && at.line >= best.sourceLine) continue;
        // The compiler may have put something before the code of the source, and V8 pauses only where a statement begins.
        const begin = line === 0 ? (code.wrapper?.code ?? 0) : 0;
        best = { file, line, column: i === 0 ? begin : column, sourceLine: at.line };
      }
    }
    return best ?? [];
  });
}

const knownColumns = new WeakMap<CompiledCode, Map<number, number[]>>();

/** The columns of a script that have a position in the source, by line. */
function columnsByLine(code: CompiledCode): Map<number, number[]> {
  const known = knownColumns.get(code);
  if (known !== undefined) return known;
  const columns = new Map<number, number[]>();
  for (const { line, column } of code.positions()) {
    const inScript = line === 0 ? column + (code.wrapper?.code ?? 0) : column;
    columns.set(line, [...(columns.get(line) ?? []), inScript]);
  }
  knownColumns.set(code, columns);
  return columns;
}

function sourcePath(file: string, { source }: CompiledCode): string {
  if (source !== undefined) return cellPath(source);
  const stem = file.replace(/\.js$/, "");
  return [".ts", ".tsx", ".mts", ".cts"].map((extension) => stem + extension).find(existsSync) ?? file;
}
