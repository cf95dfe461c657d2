import { type Displayable, displaySymbol, type MimeBundle } from "../display/mime-bundle";
import { tableBundle } from "../display/table";
import type { Monitor } from "./monitor";

/** The measures of one phase in one epoch. Means are over the examples of the epoch. */
export interface HistoryRow {
  /** The number of the epoch; the first epoch is 1. */
  epoch: number;
  phase: string;
  /** The total number of steps at the end of the epoch. */
  step: number;
  /** Seconds since training started, including earlier calls if training was resumed. */
  seconds: number;
  /** The learning rate of the last step of the epoch. */
  learningRate: number;
  /** The mean loss of the phase, including the penalties of its layers. */
  loss: number;
  /** The unweighted bound on the log-likelihood, in nats per example; higher is better. Present if the phase reports a bound. */
  bound?: number;
  /**
   * The penalties of the layers that the phase trains (`kernelRegularizer`). They are part of `loss`. Present if there are any.
   */
  regularization?: number;
  /** The same measures on the validation data. */
  [validation: `validation_${string}`]: number;
  /** The terms of the phase, in nats per example, and the schedule values in the last step of the epoch. */
  [measure: string]: number | string | undefined;
}

/** The column names that no term or schedule may have. */
export const reservedColumns: ReadonlySet<string> = new Set([
  ...["epoch", "phase", "step", "seconds", "learningRate", "loss", "bound", "regularization"],
]);

/** Why training ended. Only `lastFit()` returns a history of training that still runs, or that failed. */
export type StopReason = "completed" | "interrupted" | "early stopping" | "running" | "failed";

/** The result of `fit`: a tidy table. With Arquero, `aq.from(history.rows)` reads it. */
export class History implements Displayable {
  constructor(
    /** One row per epoch and phase. */
    readonly rows: readonly HistoryRow[],
    readonly stopReason: StopReason,
    /** The total number of steps, including those before a resume. */
    readonly steps: number,
    /** Training time in seconds, including the time before a resume. */
    readonly seconds: number,
    /** The epoch with the best value of the monitored measure; undefined if no epoch was completed. */
    readonly bestEpoch: number | undefined,
    /** The measure that determines the best epoch, and whether higher or lower is better; undefined if no step was taken. */
    readonly monitor?: Monitor,
    /** Whether XLA compiled the training steps. With XLA, the numbers may differ by rounding errors. Defaults to false. */
    readonly xla: boolean = false,
  ) {}

  /**
   * One measure of one phase, with one value per epoch, such as `history.column("validation_loss")`. `phase` defaults to the
   * first phase. The list is empty if no epoch was completed.
   *
   * @throws Error that lists the known names, for an unknown phase or measure
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
    return `${this.stopReason} after ${epochs} epochs, ${this.steps} steps, ${this.seconds.toFixed(1)} s${this.xla ? " with XLA" : ""}`;
  }

  [displaySymbol](): MimeBundle {
    const { bestEpoch, monitor, rows } = this;
    const best = monitor && bestEpoch ? `; best epoch ${bestEpoch} (${monitor.goal} ${monitor.measure})` : "";
    const single = new Set(rows.map(({ phase }) => phase)).size < 2;
    const hidden = new Set(["step", "seconds", "learningRate", ...(single ? ["phase"] : [])]);
    const columns = [...new Set(rows.flatMap(Object.keys))].filter((name) => !hidden.has(name));
    return tableBundle(
      `History: ${this}${best}`,
      columns,
      rows.map((row) => columns.map((column) => row[column])),
    );
  }
}
