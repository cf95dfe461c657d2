import { withCleanup } from "../runtime/with-cleanup";
import type { Recorder } from "./recorder";

let active: Recorder | undefined;

/** The recorder of the trace that is going on, if any. */
export const activeRecorder = (): Recorder | undefined => active;

/** Runs with a recorder, or with none. */
export function withRecorder<T>(recorder: Recorder | undefined, run: () => T): T {
  const before = active;
  active = recorder;
  return withCleanup(run, () => {
    active = before;
  });
}
