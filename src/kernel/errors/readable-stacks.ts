import { dirname, relative } from "node:path";
import { tslabFolder } from "../base/load-tslab";
import { guardPrepareStackTrace } from "./guard-prepare-stack-trace";
import type { MapPosition, Position } from "./source-positions";

/** Compiled code, with the mapping from its stack frames to the source. */
export interface CompiledCode {
  /** The name of the source in stack frames: `cell[3]`, or the path of a file. */
  label: string;
  /** Maps a position in the compiled code to a position in the source; both count from 0. */
  toSource: MapPosition;
  /** The positions in the output of the compiler that have a position in the source. */
  positions(): Position[];
  /** The source, if it is a cell. */
  source?: string;
  /** The columns, in the first line of a cell's script, where the function around the code and the code itself begin. */
  wrapper?: { body: number; code: number };
}

const registry = new Map<string, CompiledCode>();
const sources = new Map<string, string>();

/** Maps stack frames of the code that runs under `fileName` to its source. */
export function registerCode(fileName: string, code: CompiledCode): void {
  registry.set(fileName, code);
  if (code.source !== undefined) sources.set(code.label, code.source);
}

/** All code that has been registered, by file name. */
export function registeredCode(): ReadonlyMap<string, CompiledCode> {
  return registry;
}

/** The source of the cell with this label in stack frames. */
export function cellSource(label: string): string | undefined {
  return sources.get(label);
}

/**
 * In tslab, stack frames of a cell read `evalmachine.<anonymous>:3:9`, a line of the compiled JavaScript, among frames
 * of the kernel. Here, every stack trace names the cell and the line of its TypeScript, and omits the kernel.
 */
export function installReadableStacks(): void {
  const kernelFolder = dirname(__dirname);
  const isKernel = (file: string) =>
    file.startsWith(kernelFolder) || file.startsWith(tslabFolder) || /^node:(vm|internal|async_hooks)/.test(file);

  guardPrepareStackTrace((error, sites) => {
    const frames: string[] = [];
    for (const site of sites) {
      const file = site.getFileName() ?? "";
      if (isKernel(file)) continue;
      const code = registry.get(file);
      const frame = code === undefined ? String(site) : mapFrame(site, file, code);
      if (frame !== undefined) frames.push(`\n    at ${frame}`);
    }
    return `${headline(error)}${frames.join("")}`;
  });
}

function mapFrame(site: NodeJS.CallSite, file: string, code: CompiledCode): string | undefined {
  const line = site.getLineNumber() ?? 1;
  const column = site.getColumnNumber() ?? 1;
  const at = code.toSource({ line: line - 1, column: column - 1 });
  const place = at === undefined ? code.label : `${code.label}:${at.line + 1}:${at.column + 1}`;
  const text = String(site).replace(`${file}:${line}:${column}`, place);
  // The call that wraps the cell has no position in the source.
  return at === undefined && site.getFunctionName() === null ? undefined : text;
}

function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** A path for stack traces: short if the file is near the notebook. */
export function shortPath(path: string, folder: string): string {
  const fromFolder = relative(folder, path);
  return fromFolder.startsWith("../../..") ? path : fromFolder;
}
