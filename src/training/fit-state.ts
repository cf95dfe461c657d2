import type { HistoryRow } from "./history";
import type { Monitor } from "./monitor";
import { emptySums, type PhaseSums } from "./phase-means";
import type { StepInputs } from "./steps";

/** The progress of `fit`, without tensors: plain data, stored in a checkpoint as JSON. */
export interface FitState {
  /** Complete epochs. */
  epoch: number;
  /** Examples of the current epoch that have been used. */
  done: number;
  /** Steps taken. */
  step: number;
  /** Seconds spent in earlier sessions. */
  seconds: number;
  rows: HistoryRow[];
  /** Sums over the current epoch. */
  sums: PhaseSums;
  /** The learning rate and the schedules of the last step; undefined before the first. */
  inputs: StepInputs | undefined;
  /** Whether XLA compiles the training steps and the validation steps; known after the first step. */
  xla: { training?: boolean; validation?: boolean };
  /** The measure that determines the best epoch; known after the first step, which reports the measures. */
  monitor: Monitor | undefined;
  /** The best epoch so far, by the monitored measure. */
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
