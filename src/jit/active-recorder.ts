import type { Recorder } from "./recorder";
import { withUndo } from "./reset-tracing";

let active: Recorder | undefined;

/** The recorder of the current trace, if any. */
export const activeRecorder = (): Recorder | undefined => active;

/** Calls `run` while the given recorder is active, or while none is. */
export function withRecorder<T>(recorder: Recorder | undefined, run: () => T): T {
  const before = active;
  const undo = (): void => {
    active = before;
  };
  return withUndo(undo, () => {
    active = recorder;
    return run();
  });
}
