import type { HistoryRow } from "./history";
import { emptySums, type PhaseSums } from "./phase-means";

/** Where a fit stands, apart from tensors: plain data, which a checkpoint holds as JSON. */
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
  /** Of the current epoch. */
  sums: PhaseSums;
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
  best: undefined,
});
