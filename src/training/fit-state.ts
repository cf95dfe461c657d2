import type { HistoryRow } from "./history";
import type { Monitor } from "./monitor";
import { emptySums, type PhaseSums } from "./phase-means";
import type { StepInputs } from "./steps";

/** The progress of `fit`, without tensors. It is plain data, which a checkpoint stores as JSON. */
export interface FitState {
  /** The number of complete epochs. */
  epoch: number;
  /** The number of examples of the current epoch that have been used. */
  done: number;
  /** The number of steps taken. */
  step: number;
  /** Seconds spent in earlier sessions. */
  seconds: number;
  rows: HistoryRow[];
  /** Sums of the measures over the examples of the current epoch. */
  sums: PhaseSums;
  /** The learning rate and the schedule values of the last step; undefined before the first step. */
  inputs: StepInputs | undefined;
  /** Whether XLA compiles the training steps and the validation steps. Each is known after its first run. */
  xla: { training?: boolean; validation?: boolean };
  /** The measure that determines the best epoch. It is chosen after the first step, when the names of the measures are known. */
  monitor: Monitor | undefined;
  /** The best epoch so far, according to the monitored measure. */
  best: { epoch: number; value: number } | undefined;
}

export const initialState = (): FitState => ({
  epoch: 0,
  done: 0,
  step: 0,
  seconds: 0,
  rows: [],
  sums: emptySums(),
  inputs: undefined,
  xla: {},
  monitor: undefined,
  best: undefined,
});
