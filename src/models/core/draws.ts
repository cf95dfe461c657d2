import type { Distribution } from "../../distributions/distribution";
import type { Normal } from "../../distributions/normal";
import { type PerExample, perExample } from "../../distributions/per-example";
import { repeatBatch } from "../../runtime/repeat-batch";
import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";

/** k draws from each posterior, with the log-likelihood of the example given each draw. */
export interface Draws {
  /** [k, batch, latentDim] */
  readonly z: tf.Tensor3D;
  /** log p(x | z), [k, batch], nats */
  readonly logLikelihood: tf.Tensor2D;
}

/** The draws for a batch. */
export interface DrawnBatch {
  /** The first draw from each posterior, [batch, latentDim]. */
  readonly z: tf.Tensor2D;
  /** −log p(x | z), averaged over the draws: [batch], nats. */
  readonly distortion: PerExample;
  readonly draws: Draws;
}

/** Options of `drawBatch()`. */
export interface DrawBatchOptions {
  /** k, the number of draws per example. */
  readonly samples: number;
  readonly rng: Rng;
  /** p(x | z) for z [k · batch, latentDim], the batch repeated k times. */
  decode(z: tf.Tensor2D): Distribution;
  /** −log p(x | z) for x [k · batch, …data], [k · batch]. */
  distortion(x: tf.Tensor, decoded: Distribution): PerExample;
}

/** Draws k codes from each posterior and decodes them. With one draw, the result is the same as `posterior.sample(rng)`. */
export function drawBatch(x: tf.Tensor, posterior: Normal, options: DrawBatchOptions): DrawnBatch {
  const { samples, rng, decode, distortion: distortionOf } = options;
  if (samples === 1) {
    const z = posterior.sample(rng) as tf.Tensor2D;
    const distortion = distortionOf(x, decode(z));
    return { z, distortion, draws: singleDraw(z, distortion) };
  }
  const z = posterior.sample(rng, samples) as tf.Tensor3D;
  const [, batch, latentDim] = z.shape;
  const each = distortionOf(repeatBatch(x, samples), decode(z.reshape([samples * batch, latentDim])));
  const logLikelihood = tf.neg(each.reshape([samples, batch])) as tf.Tensor2D;
  return {
    z: tf.slice(z, 0, 1).reshape([batch, latentDim]),
    distortion: perExample(tf.neg(tf.mean(logLikelihood, 0))),
    draws: { z, logLikelihood },
  };
}

/** A single draw, in the form of k draws. */
export function singleDraw(z: tf.Tensor2D, distortion: PerExample): Draws {
  return {
    z: tf.expandDims(z, 0) as tf.Tensor3D,
    logLikelihood: tf.neg(tf.expandDims(distortion, 0)) as tf.Tensor2D,
  };
}
