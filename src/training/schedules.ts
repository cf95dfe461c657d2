import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkFinite } from "../runtime/check-value";
import { accepts, finiteNumber, positive } from "../runtime/rules";

/** The position in training: the argument of a schedule. */
export interface SchedulePoint {
  /** The number of steps taken so far. */
  readonly step: number;
  /** The number of epochs completed so far, including the fraction of the current one. */
  readonly epoch: number;
  /** The total number of epochs. */
  readonly epochs: number;
}

/**
 * A value that changes during training. It must be a pure function of the position, so that resumed training continues exactly.
 */
export type Schedule = (at: SchedulePoint) => number;

/**
 * A schedule with a constant value.
 *
 * @throws ArgumentError for a value that is not finite
 */
export const constant = (value: number): Schedule => {
  checkFinite("constant()", "value", value);
  return () => value;
};

/** Options of `linearWarmup()`. */
export interface LinearWarmupOptions {
  /** The value at the start; defaults to 0. */
  from?: number;
  /** The value at the end of the warm-up and from then on; defaults to 1. */
  to?: number;
  /** The length of the warm-up in epochs, above 0. It may be a fraction. */
  epochs: number;
}

const linear = optionsSchema<LinearWarmupOptions>({
  from: finiteNumber.optional(),
  to: finiteNumber.optional(),
  epochs: positive,
});

/**
 * Changes linearly from one value to another over a number of epochs, and then stays constant.
 *
 * @throws ArgumentError for options out of range, and unknown options
 */
export function linearWarmup(options: LinearWarmupOptions): Schedule {
  checkOptions("linearWarmup()", linear, options);
  const { from = 0, to = 1, epochs } = options;
  return ({ epoch }) => from + (to - from) * Math.min(1, epoch / epochs);
}

/** Options of `cyclicalWarmup()`. */
export interface CyclicalWarmupOptions {
  /** The value at the start of every cycle; defaults to 0. */
  from?: number;
  /** The value at the end of every cycle; defaults to 1. */
  to?: number;
  /** The length of a cycle in epochs, above 0. It may be a fraction. */
  period: number;
  /** The fraction of each cycle in which the value changes, in (0, 1]; defaults to 0.5. */
  ratio?: number;
}

const cyclical = optionsSchema<CyclicalWarmupOptions>({
  from: finiteNumber.optional(),
  to: finiteNumber.optional(),
  period: positive,
  ratio: accepts<number>((value) => (value as number) > 0 && (value as number) <= 1, "a number in (0, 1]").optional(),
});

/**
 * Repeated linear warm-ups. In each cycle, the value changes linearly during the first fraction `ratio` and then stays constant
 * (Fu et al. 2019, equation 6).
 *
 * @throws ArgumentError for options out of range, and unknown options
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
  /** The value at the end of training; defaults to 0. */
  to?: number;
}

const cosine = optionsSchema<CosineDecayOptions>({ from: finiteNumber, to: finiteNumber.optional() });

/**
 * Changes from one value to another along half a cosine wave, over all epochs (Loshchilov & Hutter 2017, equation 5).
 *
 * @throws ArgumentError for options out of range, and unknown options
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  checkOptions("cosineDecay()", cosine, options);
  const { from, to = 0 } = options;
  return ({ epoch, epochs }) => to + 0.5 * (from - to) * (1 + Math.cos(Math.PI * Math.min(1, epoch / epochs)));
}
