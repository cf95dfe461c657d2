import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { samplePrefix } from "./build-distribution";
import type { Distribution } from "./distribution";
import { drawWithLogProb } from "./draw-with-log-prob";
import { type PerExample, perExample } from "./per-example";
import { averageDraws, sampledKl } from "./sampled-kl";

/**
 * An unbiased estimate of KL(q ‖ p) from draws from q, for pairs without a closed form: the mean of log q(z) − log
 * p(z).
 *
 * Its gradient is an unbiased estimate only if q is reparameterized. A single estimate may be negative.
 *
 * @param samples the number of draws per example; the standard error is inversely proportional to its square root
 * @returns [batch], nats
 */
export function monteCarloKl(q: Distribution, p: Distribution, rng: Rng, samples: number): PerExample {
  samplePrefix("monteCarloKl()", samples);
  return tf.tidy(() => {
    if (q.hasLogProb === false) {
      const { sample, logProb } = drawWithLogProb(q, rng, samples);
      return perExample(averageDraws(tf.sub(logProb, p.logProb(sample))));
    }
    // Both densities are evaluated at the same float32 draw, so the effects of rounding cancel if q is close to p.
    return sampledKl(q, p, q.sample(rng, samples));
  });
}
