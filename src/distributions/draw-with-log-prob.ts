import type { Rng } from "../runtime/rng";
import type { tf } from "../runtime/tensorflow";
import type { Distribution } from "./distribution";

/** Draws from q with their log-density. It uses `sampleWithLogProb` if q has it, which is the most accurate way. */
export function drawWithLogProb(q: Distribution, rng: Rng, n?: number): { sample: tf.Tensor; logProb: tf.Tensor } {
  if (q.sampleWithLogProb) return q.sampleWithLogProb(rng, n);
  const sample = q.sample(rng, n);
  return { sample, logProb: q.logProb(sample) };
}
