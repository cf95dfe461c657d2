import { type Displayable, displaySymbol, type MimeBundle } from "../display/mime-bundle";

/** What one epoch of one phase came to. Means are over the examples of the epoch. */
export interface HistoryRow {
  /** The number of the epoch, from 1. */
  epoch: number;
  phase: string;
  /** The number of steps taken when the epoch ended. */
  step: number;
  /** Seconds since fitting began (of all sessions, if it was resumed). */
  seconds: number;
  /** The learning rate at the end of the epoch. */
  learningRate: number;
  /** The phase's loss and terms, the values of the schedules, and the same of the validation data as `validation_…`. */
  [measure: string]: number | string;
}

/** The columns that every row has, whose names no term or schedule may bear. */
export const reservedColumns: ReadonlySet<string> = new Set([
  "epoch",
  "phase",
  "step",
  "seconds",
  "learningRate",
  "loss",
]);

/** How fitting ended. */
export type StopReason = "completed" | "interrupted" | "early stopping";

/** The record of a fit: a tidy table that `aq.from(history.rows)` reads. */
export class History implements Displayable {
  constructor(
    /** One row per epoch and phase. */
    readonly rows: readonly HistoryRow[],
    readonly stopReason: StopReason,
    /** Steps taken. */
    readonly steps: number,
    /** Seconds taken, those before a resume included. */
    readonly seconds: number,
    /** The epoch with the lowest monitored measure; undefined when none was completed. */
    readonly bestEpoch: number | undefined,
  ) {}

  /**
   * One measure of one phase over the epochs, for example `history.column("validation_loss")`; of the first phase unless
   * another is named. Without a complete epoch it is empty.
   *
   * @throws Error that lists the phases or measures there are
   */
  column(measure: string, phase = this.rows[0]?.phase): number[] {
    if (this.rows.length === 0) return [];
    const rows = this.rows.filter((row) => row.phase === phase);
    const phases = new Set(this.rows.map((row) => row.phase));
    if (rows.length === 0) throw new Error(`History has no phase "${phase}". It has ${[...phases].join(", ")}.`);
    const known = new Set(rows.flatMap(Object.keys));
    known.delete("phase");
    if (!known.has(measure)) {
      throw new Error(`History has no "${measure}" for the phase "${phase}". It has ${[...known].join(", ")}.`);
    }
    return rows.map((row) => Number(row[measure] ?? Number.NaN));
  }

  toString(): string {
    const epochs = this.rows.at(-1)?.epoch ?? 0;
    return `${this.stopReason} after ${epochs} epochs, ${this.steps} steps, ${this.seconds.toFixed(1)} s`;
  }

  [displaySymbol](): MimeBundle {
    return { data: { "text/plain": `History: ${this}` } };
  }
}
