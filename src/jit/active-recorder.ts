import type { Recorder } from "./recorder";
import { withUndo } from "./reset-tracing";

let active: Recorder | undefined;

/** The recorder of the trace that is going on, if any. */
export const activeRecorder = (): Recorder | undefined => active;

/** Runs with a recorder, or with none. */
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
