import { type PerExample, perExample } from "../distributions/per-example";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { oneOf, wholeNumber } from "../runtime/rules";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import { type Weight, weightRule } from "./check-weight";

/** Options of `freeBits()`. */
export interface FreeBitsOptions {
  /** λ ≥ 0, the rate in nats that each group may use at no cost */
  floor: Weight;
  /** K, the number of groups of consecutive dimensions, all of the same size; defaults to one group per dimension */
  groups?: number;
  /**
   * Which rate is compared with the floor: `"batch"` is a group's mean over the batch, as in the paper; `"example"` is
   * each example's own rate. Defaults to "batch".
   */
  compare?: "batch" | "example";
}

const schema = optionsSchema<FreeBitsOptions>({
  floor: weightRule,
  groups: wholeNumber().optional(),
  compare: oneOf("batch", "example").optional(),
});

/**
 * The rate with free bits, Σⱼ max(λ, KLⱼ): the objective does not pull a group with a rate below λ toward the prior.
 * Kingma et al. 2016, equation 15 and appendix C.8.
 *
 * With `compare: "batch"`, the paper takes the maximum of λ and a mean over the batch. Here, every example gets λ for a
 * group below the floor, and its own rate for a group above it. The mean over the batch, and its gradient, are exactly
 * the same as in the paper.
 *
 * @param rates the KL divergence of each latent dimension, [batch, D], nats, from `klPerDimension`
 * @returns [batch], nats
 * @throws ArgumentError for rates that are not float32 [batch, D], groups that do not divide D, and options out of range
 */
export function freeBits(rates: tf.Tensor, options: FreeBitsOptions): PerExample {
  checkOptions("freeBits()", schema, options);
  const { floor, groups, compare = "batch" } = options;
  if (!(rates instanceof tf.Tensor && rates.rank === 2 && rates.dtype === "float32" && rates.size > 0)) {
    throw new ArgumentError(
      "freeBits()",
      "rates",
      rates,
      "a float32 tensor of shape [batch, D], with at least 1 of each",
    );
  }
  const [batch = 0, dimensions = 0] = rates.shape;
  const count = groups ?? dimensions;
  if (dimensions % count !== 0) {
    throw new ArgumentError("freeBits()", "groups", count, `a whole number that divides D = ${dimensions}`);
  }
  return tf.tidy(() => {
    const perGroup = tf.sum(tf.reshape(rates, [batch, count, dimensions / count]), 2);
    if (compare === "example") return perExample(tf.sum(tf.maximum(perGroup, floor), 1));
    const above = stopGradient(() => tf.greater(tf.mean(perGroup, 0, true), floor).toFloat());
    const charged = tf.add(tf.mul(above, perGroup), tf.mul(tf.sub(1, above), floor));
    return perExample(tf.sum(charged, 1));
  });
}
