import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/** The three log-densities of draws z from q(z|x), each [k, batch], in nats. */
export interface LogWeightTerms {
  /** log p(x|z) */
  likelihood: tf.Tensor;
  /** log p(z) */
  prior: tf.Tensor;
  /** log q(z|x) */
  posterior: tf.Tensor;
}

/**
 * Logarithms of importance weights, log p(x|z) + log p(z) − log q(z|x).
 *
 * @returns [k, batch], nats
 * @throws ArgumentError for terms that are not float32 [k, batch], or that differ in shape
 */
export function logWeights({ likelihood, prior, posterior }: LogWeightTerms): tf.Tensor2D {
  for (const [name, term] of Object.entries({ likelihood, prior, posterior })) {
    checkLogWeights("logWeights()", term, name);
    if (tf.util.arraysEqual(term.shape, likelihood.shape)) continue;
    throw new ArgumentError("logWeights()", name, term.shape, `of shape [${likelihood.shape}], the same for all three`);
  }
  return tf.tidy(() => tf.sub(tf.add(likelihood, prior), posterior)) as tf.Tensor2D;
}

/** Checks that log-weights are [k, batch], and returns that shape. */
export function checkLogWeights(where: string, weights: tf.Tensor, name = "logWeights"): [number, number] {
  if (!(weights instanceof tf.Tensor) || weights.rank !== 2 || weights.size === 0 || weights.dtype !== "float32") {
    throw new ArgumentError(where, name, weights, "a float32 tensor of shape [k, batch], with at least 1 of each");
  }
  return weights.shape as [number, number];
}
