import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { readValues } from "../runtime/read-values";
import { nonNegative } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** Options of `activeUnits()`. */
export interface ActiveUnitsOptions {
  /** A dimension is active if its variance over examples is above this; defaults to 0.01. */
  threshold?: number;
}

/** The result of `activeUnits()`. */
export interface ActiveUnits {
  /** The number of active dimensions. */
  count: number;
  /** Var over x of E[z | x], for each latent dimension. */
  variances: Float32Array;
}

const schema = optionsSchema<ActiveUnitsOptions>({
  threshold: nonNegative.optional(),
});

/**
 * Counts the latent dimensions that a model uses, that is, whose posterior mean varies with x (Burda et al. 2016,
 * section 5.2).
 *
 * @param means E[z | x] of many examples, [examples, latentDim] (`model.embed(x)`)
 * @throws ArgumentError for means with another shape or with values that are not finite, and for options out of range
 */
export function activeUnits(means: tf.Tensor2D, options: ActiveUnitsOptions = {}): ActiveUnits {
  checkOptions("activeUnits()", schema, options);
  const { threshold = 0.01 } = options;
  if (!(means instanceof tf.Tensor) || means.isDisposed || means.rank !== 2 || means.shape[0] < 2) {
    throw new ArgumentError(
      "activeUnits()",
      "means",
      means,
      "a tensor of shape [examples, latent], 2 examples or more",
    );
  }
  const variances = readValues(() => tf.moments(means, 0).variance);
  const broken = variances.find((variance) => !Number.isFinite(variance));
  if (broken !== undefined) throw new ArgumentError("activeUnits()", "means", broken, "finite numbers");
  return { count: variances.filter((variance) => variance > threshold).length, variances };
}
