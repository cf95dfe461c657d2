import { ArgumentError } from "../runtime/argument-error";

/** Where fitting stands when a schedule is asked for its value. */
export interface SchedulePoint {
  /** Steps taken so far. */
  readonly step: number;
  /** Epochs taken so far, with the fraction of the current one. */
  readonly epoch: number;
  /** Epochs in all. */
  readonly epochs: number;
}

/** A quantity that changes while fitting: a pure function of the position, so that a resumed fit goes on exactly. */
export type Schedule = (at: SchedulePoint) => number;

/** The same value throughout. */
export const constant =
  (value: number): Schedule =>
  () =>
    value;

/** From one value to another in a straight line over a number of epochs, and constant from there on. */
export function linearWarmup({ from = 0, to = 1, epochs }: { from?: number; to?: number; epochs: number }): Schedule {
  checkEpochs("linearWarmup()", epochs);
  return ({ epoch }) => from + (to - from) * Math.min(1, epoch / epochs);
}

/**
 * Repeated linear warm-ups: in each cycle the value rises over the first `ratio` of it and stays for the rest (Fu et al.
 * 2019, equation 6).
 */
export function cyclicalWarmup(options: { from?: number; to?: number; period: number; ratio?: number }): Schedule {
  const { from = 0, to = 1, period, ratio = 0.5 } = options;
  checkEpochs("cyclicalWarmup()", period, "period");
  if (!(ratio > 0 && ratio <= 1)) throw new ArgumentError("cyclicalWarmup()", "ratio", ratio, "a number in (0, 1]");
  return ({ epoch }) => from + (to - from) * Math.min(1, (epoch % period) / period / ratio);
}

/** Falls along half a cosine from one value to another over the whole fit (Loshchilov & Hutter 2017, equation 5). */
export function cosineDecay({ from, to = 0 }: { from: number; to?: number }): Schedule {
  return ({ epoch, epochs }) => to + 0.5 * (from - to) * (1 + Math.cos(Math.PI * Math.min(1, epoch / epochs)));
}

function checkEpochs(where: string, epochs: number, argument = "epochs"): void {
  if (!(epochs > 0)) throw new ArgumentError(where, argument, epochs, "a number above 0");
}
