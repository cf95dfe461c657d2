import type { HistoryRow } from "./history";
import type { Monitor } from "./monitor";
import { emptySums, type PhaseSums } from "./phase-means";
import type { StepInputs } from "./steps";

/** The progress of a fit, apart from tensors: plain data, which a checkpoint holds as JSON. */
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
  /** Whether XLA compiles the steps, and those of the validation; known after the first. */
  xla: { training?: boolean; validation?: boolean };
  /** What decides which epoch is best; known after the first step, which shows what is measured. */
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
