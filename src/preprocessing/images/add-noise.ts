import { ArgumentError } from "../../runtime/argument-error";
import { rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";

/** Options of `addNoise()`. */
export interface AddNoiseOptions {
  /** Standard deviation of the noise, in the unit of x; 0 or more. */
  stdDev: number;
  /** The range the results are clipped to, such as [0, 1] for gray values; defaults to none. */
  range?: readonly [number, number];
  /** Seed of the noise; defaults to 0. */
  seed?: number;
}

/**
 * Adds normal noise to every number. With one seed, the noise of another `stdDev` is the same but for its size.
 *
 * @param x float32 of any shape
 */
export function addNoise<T extends tf.Tensor>(x: T, { stdDev, range, seed = 0 }: AddNoiseOptions): T {
  if (!(x instanceof tf.Tensor && x.dtype === "float32")) {
    throw new ArgumentError("addNoise()", "x", x, "a float32 tensor");
  }
  if (!(stdDev >= 0 && stdDev < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError("addNoise()", "stdDev", stdDev, "a finite number of at least 0");
  }
  if (range !== undefined && !(Array.isArray(range) && range.length === 2 && range[0] < range[1])) {
    throw new ArgumentError("addNoise()", "range", range, "two numbers, the lower one first");
  }
  return tf.tidy(() => {
    const noisy = x.add(rng(seed).normal(x.shape).mul(stdDev));
    return range ? noisy.clipByValue(range[0], range[1]) : noisy;
  }) as T;
}
