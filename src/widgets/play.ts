import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber, flag, positive, wholeNumber } from "../runtime/rules";
import { checkInterval, numberControl, valueWithin } from "./parts/number-control";
import type { Control } from "./widget";

/** Options of `play()`. */
export interface PlayOptions {
  /** The first value, a whole number in [min, max]; defaults to `min`. */
  value?: number;
  /** How much the value grows, a whole number; defaults to 1. */
  step?: number;
  /** Milliseconds between two values; defaults to 200. */
  interval?: number;
  /** Whether it begins again at the end; defaults to false. */
  repeat?: boolean;
}

const schema = optionsSchema<PlayOptions>({
  value: finiteNumber.optional(),
  step: wholeNumber().optional(),
  interval: positive.optional(),
  repeat: flag.optional(),
});

/**
 * Buttons that count from `min` to `max`, as for an animation. If the work for a value takes longer than the interval, values
 * are skipped.
 *
 *     interact({ epoch: play(0, 20) }, ({ epoch }) => latentScatter(codesAfter[epoch]!, labels))
 *
 * @throws ArgumentError unless min < max are whole numbers, and for options out of range
 */
export function play(min: number, max: number, options: PlayOptions = {}): Control<number> {
  checkInterval(where, min, max);
  checkOptions(where, schema, options);
  const { step = 1, interval = 200, repeat = false } = options;
  const value = valueWithin(where, options.value, min, max, min);
  for (const [name, given] of Object.entries({ min, max, value })) {
    if (!Number.isInteger(given)) throw new ArgumentError(where, name, given, "a whole number");
  }
  return numberControl({ where, classes: "Play", min, max, value, state: { step, interval, repeat } });
}

const where = "play()";
