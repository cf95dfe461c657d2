import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { samplePrefix } from "./build-distribution";
import type { Distribution } from "./distribution";
import { drawWithLogProb } from "./draw-with-log-prob";
import { type PerExample, perExample } from "./per-example";
import { averageDraws } from "./sampled-kl";

/**
 * An unbiased estimate of the entropy of q, for families without a closed form: the mean of −log q(z) over draws.
 *
 * @param samples the number of draws per example
 * @returns [batch], nats
 */
export function monteCarloEntropy(q: Distribution, rng: Rng, samples: number): PerExample {
  samplePrefix("monteCarloEntropy()", samples);
  return tf.tidy(() => perExample(tf.neg(averageDraws(drawWithLogProb(q, rng, samples).logProb))));
}
