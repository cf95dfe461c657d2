import type { Debugger } from "node:inspector";
import type { MainInspector } from "./main-inspector";
import { scriptPattern } from "./script-pattern";

/** A breakpoint of the Debug Adapter Protocol. Lines count from 1. */
export interface DapBreakpoint {
  verified: boolean;
  line: number;
  source: { path: string };
}

/** The breakpoints that the front end has set. */
export interface Breakpoints {
  /** Replaces the breakpoints of a source. */
  set(path: string, lines: readonly number[]): Promise<DapBreakpoint[]>;
  /** Sets the breakpoints of these sources again, because they have new scripts. */
  renew(paths: readonly string[]): Promise<void>;
  list(): { source: string; breakpoints: DapBreakpoint[] }[];
}

export function createBreakpoints(inspector: MainInspector): Breakpoints {
  const wanted = new Map<string, DapBreakpoint[]>();
  /** The inspector's ids of the breakpoints of a source. */
  const placed = new Map<string, string[]>();

  async function place(path: string): Promise<void> {
    for (const breakpointId of placed.get(path) ?? []) {
      await inspector.post("Debugger.removeBreakpoint", { breakpointId });
    }
    const ids: string[] = [];
    placed.set(path, ids);
    const taken = new Set<string>();
    for (const breakpoint of wanted.get(path) ?? []) {
      const positions = await inspector.call("breakable", path, breakpoint.line - 1);
      for (const { file, line, column, sourceLine } of positions) {
        breakpoint.line = sourceLine + 1;
        const position = `${file}:${line}:${column}`;
        if (taken.has(position)) continue;
        taken.add(position);
        const params = { urlRegex: scriptPattern(file), lineNumber: line, columnNumber: column };
        const set = await inspector.post<Debugger.SetBreakpointByUrlReturnType>("Debugger.setBreakpointByUrl", params);
        ids.push(set.breakpointId);
      }
    }
  }

  return {
    async set(path, lines) {
      const breakpoints = lines.map((line) => ({ verified: true, line, source: { path } }));
      wanted.set(path, breakpoints);
      await place(path);
      if (breakpoints.length === 0) wanted.delete(path);
      return breakpoints;
    },
    async renew(paths) {
      for (const path of new Set(paths)) if (wanted.has(path)) await place(path);
    },
    list: () => [...wanted].map(([source, breakpoints]) => ({ source, breakpoints })),
  };
}
