import { tf } from "../runtime/tensorflow";
import type { Distribution } from "./distribution";
import { type PerExample, perExample } from "./per-example";

/**
 * Estimates KL(q ‖ p) as log q(z) − log p(z) from existing draws from q, averaged over the sample axis if there is one.
 * The estimate is unbiased, may be negative, and works for any pair.
 *
 * @param z draws from q, [batch, …event] or [n, batch, …event]
 * @returns [batch], nats
 */
export function sampledKl(q: Distribution, p: Distribution, z: tf.Tensor): PerExample {
  return tf.tidy(() => perExample(averageDraws(tf.sub(q.logProb(z), p.logProb(z)))));
}

/** The mean over a leading sample axis, if there is one: [batch] or [n, batch] to [batch]. */
export function averageDraws(values: tf.Tensor): tf.Tensor {
  return values.rank === 1 ? values : tf.mean(values, 0);
}
