import type { Rng } from "../runtime/rng";
import type { tf } from "../runtime/tensorflow";
import type { Distribution } from "./distribution";

/** Draws of q with their log-density, by q's own way where it has one (a flow without an inverse). */
export function drawWithLogProb(q: Distribution, rng: Rng, n?: number): { sample: tf.Tensor; logProb: tf.Tensor } {
  if (q.sampleWithLogProb) return q.sampleWithLogProb(rng, n);
  const sample = q.sample(rng, n);
  return { sample, logProb: q.logProb(sample) };
}
