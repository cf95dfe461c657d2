import { dirname, relative } from "node:path";
import { tslabFolder } from "../base/load-tslab";
import type { MapPosition } from "./source-positions";

/** Compiled code whose stack frames are to name the source. */
export interface CompiledCode {
  /** What frames call the source: `cell[3]`, or the path of a file. */
  label: string;
  /** From a place in the compiled code to one in the source, both counted from 0. */
  toSource: MapPosition;
  /** The source, where it is a cell's. */
  source?: string;
}

const registry = new Map<string, CompiledCode>();
const sources = new Map<string, string>();

/** Makes stack frames of the code that runs under `fileName` name its source. */
export function registerCode(fileName: string, code: CompiledCode): void {
  registry.set(fileName, code);
  if (code.source !== undefined) sources.set(code.label, code.source);
}

/** The source of the cell that frames call by this label. */
export function cellSource(label: string): string | undefined {
  return sources.get(label);
}

/**
 * Frames of a cell read `evalmachine.<anonymous>:3:9` in tslab, a line of the compiled JavaScript, among frames of the
 * kernel. Here every stack, wherever it is printed, names the cell and the line of its TypeScript, and leaves the kernel
 * out.
 */
export function installReadableStacks(): void {
  const kernelFolder = dirname(__dirname);
  const isKernel = (file: string) =>
    file.startsWith(kernelFolder) || file.startsWith(tslabFolder) || /^node:(vm|internal|async_hooks)/.test(file);

  Error.prepareStackTrace = (error, sites) => {
    const frames: string[] = [];
    for (const site of sites) {
      const file = site.getFileName() ?? "";
      if (isKernel(file)) continue;
      const code = registry.get(file);
      const frame = code === undefined ? String(site) : mapFrame(site, file, code);
      if (frame !== undefined) frames.push(`\n    at ${frame}`);
    }
    return `${headline(error)}${frames.join("")}`;
  };
}

function mapFrame(site: NodeJS.CallSite, file: string, code: CompiledCode): string | undefined {
  const line = site.getLineNumber() ?? 1;
  const column = site.getColumnNumber() ?? 1;
  const at = code.toSource({ line: line - 1, column: column - 1 });
  const place = at === undefined ? code.label : `${code.label}:${at.line + 1}:${at.column + 1}`;
  const text = String(site).replace(`${file}:${line}:${column}`, place);
  // The call that wraps the cell has no place in the source.
  return at === undefined && site.getFunctionName() === null ? undefined : text;
}

function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** A path as a stack should show it: short when it lies near the notebook. */
export function shortPath(path: string, folder: string): string {
  const fromFolder = relative(folder, path);
  return fromFolder.startsWith("../../..") ? path : fromFolder;
}
