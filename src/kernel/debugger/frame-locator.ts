import type { Debugger } from "node:inspector";
import type { KnownScript } from "./code-positions";
import type { LocatedFrame } from "./located-frame";
import type { MainInspector } from "./main-inspector";
import { rawFrame, type StackFrame } from "./stack-frame";

/**
 * Finds the sources of V8's frames: where the innermost frame is, undefined if its code is hidden, and all frames that have a
 * source.
 */
export type FrameLocator = (callFrames: Debugger.CallFrame[]) => Promise<[LocatedFrame | undefined, StackFrame[]]>;

/**
 * @param files The files of visible scripts, by V8's ids.
 * @param scripts The scripts of the notebook, by file.
 */
export function createFrameLocator(
  inspector: MainInspector,
  files: ReadonlyMap<string, string>,
  scripts: ReadonlyMap<string, KnownScript>,
): FrameLocator {
  let latestId = 0;
  return async (callFrames) => {
    const visible = callFrames.flatMap((raw) => {
      const file = files.get(raw.location.scriptId);
      return file === undefined ? [] : { raw, file };
    });
    const rawFrames = visible.map(({ raw, file }) => rawFrame(file, raw));
    const located = await inspector.call("locate", rawFrames);
    const found = visible.flatMap(({ raw, file }, i) => {
      const source = located[i];
      if (source === undefined || "added" in source) return [];
      return { id: ++latestId, raw, source, script: scripts.get(file) };
    });
    return [visible[0]?.raw === callFrames[0] ? located[0] : undefined, found];
  };
}
