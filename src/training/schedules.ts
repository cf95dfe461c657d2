import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkFinite } from "../runtime/check-value";
import { accepts, finiteNumber, positive } from "../runtime/rules";

/** The position in training at which a schedule gives its value. */
export interface SchedulePoint {
  /** Steps taken so far. */
  readonly step: number;
  /** Epochs taken so far, with the fraction of the current one. */
  readonly epoch: number;
  /** Epochs in all. */
  readonly epochs: number;
}

/** A quantity that changes during training: a pure function of the position, so that a resumed fit continues exactly. */
export type Schedule = (at: SchedulePoint) => number;

/** The same value throughout. */
export const constant = (value: number): Schedule => {
  checkFinite("constant()", "value", value);
  return () => value;
};

/** Options of `linearWarmup()`. */
export interface LinearWarmupOptions {
  /** The value at the start; defaults to 0. */
  from?: number;
  /** The value from the end of the warm-up on; defaults to 1. */
  to?: number;
  /** How many epochs it takes, fractions included. */
  epochs: number;
}

const linear = optionsSchema<LinearWarmupOptions>({
  from: finiteNumber.optional(),
  to: finiteNumber.optional(),
  epochs: positive,
});

/** From one value to another in a straight line over a number of epochs, and constant from there on. */
export function linearWarmup(options: LinearWarmupOptions): Schedule {
  checkOptions("linearWarmup()", linear, options);
  const { from = 0, to = 1, epochs } = options;
  return ({ epoch }) => from + (to - from) * Math.min(1, epoch / epochs);
}

/** Options of `cyclicalWarmup()`. */
export interface CyclicalWarmupOptions {
  /** The value at the start of every cycle; defaults to 0. */
  from?: number;
  /** The value at its end; defaults to 1. */
  to?: number;
  /** The length of a cycle in epochs. */
  period: number;
  /** The part of a cycle in which the value rises, in (0, 1]; defaults to 0.5. */
  ratio?: number;
}

const cyclical = optionsSchema<CyclicalWarmupOptions>({
  from: finiteNumber.optional(),
  to: finiteNumber.optional(),
  period: positive,
  ratio: accepts<number>((value) => (value as number) > 0 && (value as number) <= 1, "a number in (0, 1]").optional(),
});

/**
 * Repeated linear warm-ups: in each cycle the value rises over the first `ratio` of it and stays for the rest (Fu et al.
 * 2019, equation 6).
 */
export function cyclicalWarmup(options: CyclicalWarmupOptions): Schedule {
  checkOptions("cyclicalWarmup()", cyclical, options);
  const { from = 0, to = 1, period, ratio = 0.5 } = options;
  return ({ epoch }) => from + (to - from) * Math.min(1, (epoch % period) / period / ratio);
}

/** Options of `cosineDecay()`. */
export interface CosineDecayOptions {
  /** The value at the start. */
  from: number;
  /** The value at the end of the fit; defaults to 0. */
  to?: number;
}

const cosine = optionsSchema<CosineDecayOptions>({ from: finiteNumber, to: finiteNumber.optional() });

/** Falls along half a cosine from one value to another over the whole fit (Loshchilov & Hutter 2017, equation 5). */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  checkOptions("cosineDecay()", cosine, options);
  const { from, to = 0 } = options;
  return ({ epoch, epochs }) => to + 0.5 * (from - to) * (1 + Math.cos(Math.PI * Math.min(1, epoch / epochs)));
}
