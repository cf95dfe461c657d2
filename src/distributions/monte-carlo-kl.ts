import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { samplePrefix } from "./build-distribution";
import type { Distribution } from "./distribution";
import { drawWithLogProb } from "./draw-with-log-prob";
import { type PerExample, perExample } from "./per-example";
import { averageDraws, sampledKl } from "./sampled-kl";

/**
 * An unbiased estimate of KL(q ‖ p) from draws of q, for pairs without a closed form: the mean of log q(z) − log p(z).
 *
 * Its gradient is that of the divergence only where q is reparameterized. One estimate may be negative.
 *
 * @param samples the number of draws per example; the standard error falls as its square root
 * @returns [batch], nats
 */
export function monteCarloKl(q: Distribution, p: Distribution, rng: Rng, samples: number): PerExample {
  samplePrefix("monteCarloKl()", samples);
  return tf.tidy(() => {
    if (q.hasLogProb === false) {
      const { sample, logProb } = drawWithLogProb(q, rng, samples);
      return perExample(averageDraws(tf.sub(logProb, p.logProb(sample))));
    }
    // Both densities at the same float32 draw: what its rounding does to them cancels where q is near p.
    return sampledKl(q, p, q.sample(rng, samples));
  });
}
