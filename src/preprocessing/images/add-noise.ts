import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { rng } from "../../runtime/rng";
import { accepts, nonNegative, seedNumber } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";

/** Options of `addNoise()`. */
export interface AddNoiseOptions {
  /** Standard deviation of the noise, in the unit of x; 0 or more. */
  stdDev: number;
  /** The range to clip the results to, such as [0, 1] for gray values; defaults to no clipping. */
  range?: readonly [number, number];
  /** Seed of the noise; defaults to 0. */
  seed?: number;
}

const schema = optionsSchema<AddNoiseOptions>({
  stdDev: nonNegative,
  range: accepts<readonly [number, number]>(
    (value) => Array.isArray(value) && value.length === 2 && value[0] < value[1],
    "two numbers, the lower one first",
  ).optional(),
  seed: seedNumber.optional(),
});

/**
 * Adds normal noise to every number. For the same seed, the noise for different `stdDev` differs only in scale.
 *
 * @param x float32 of any shape; the result has the same shape
 * @throws ArgumentError for a tensor that is not float32, and options out of range
 */
export function addNoise<T extends tf.Tensor>(x: T, options: AddNoiseOptions): T {
  if (!(x instanceof tf.Tensor && x.dtype === "float32")) {
    throw new ArgumentError("addNoise()", "x", x, "a float32 tensor");
  }
  checkOptions("addNoise()", schema, options);
  const { stdDev, range, seed = 0 } = options;
  return tf.tidy(() => {
    const noisy = x.add(rng(seed).normal(x.shape).mul(stdDev));
    return range ? noisy.clipByValue(range[0], range[1]) : noisy;
  }) as T;
}
