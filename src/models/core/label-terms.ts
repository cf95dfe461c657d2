import type { Distribution } from "../../distributions/distribution";
import { kl } from "../../distributions/kl";
import type { Normal } from "../../distributions/normal";
import { oneHot } from "../../distributions/one-hot";
import { type PerExample, perExample } from "../../distributions/per-example";
import { standardNormal } from "../../distributions/standard-normal";
import type { NetworkContext } from "../../networks/network-context";
import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";
import { normalOf } from "../vae";
import type { VaeTerms } from "./elbo-phase";
import type { EncoderDecoder } from "./encoder-decoder";

/** −U(x) in three parts, per example in nats. */
export interface UnlabeledTerms {
  /** Σ_y q(y | x) · −log p(x | z, y), z ~ q(z | x, y) */
  readonly distortion: PerExample;
  /** Σ_y q(y | x) KL(q(z | x, y) ‖ p(z)) */
  readonly rate: PerExample;
  /** KL(q(y | x) ‖ p(y)) */
  readonly labelRate: PerExample;
}

/** The parts of a semi-supervised VAE that its terms are computed from. */
export interface LabelModel {
  readonly classes: number;
  readonly networks: EncoderDecoder;
  /** The vectors that the labels add to the encoder's outputs, [classes, 2 · latentDim]. */
  readonly shifts: tf.Variable;
  /** All one-hot labels, [classes, classes]. */
  readonly everyLabel: tf.Tensor;
  /** q(y | x) */
  distribution(x: tf.Tensor, context?: NetworkContext): Distribution;
  /** q(z | x, y), y one-hot */
  encode(x: tf.Tensor, y: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z, y), y one-hot */
  decode(z: tf.Tensor, y: tf.Tensor, context?: NetworkContext): Distribution;
}

/** −U(x) for x [batch, …data] without a label, in its three parts (Kingma et al. 2014, equation 7). */
export function unlabeledTerms(model: LabelModel, x: tf.Tensor, stream: Rng, training: boolean): UnlabeledTerms {
  const [draws, layers] = stream.split(2) as [Rng, Rng];
  const context = { training, rng: layers };
  const q = model.distribution(x, context);
  const probabilities = q.mean();
  const { distortion, rate } = underEveryLabel(model, x, draws, context);
  const expected = (term: tf.Tensor) => perExample(tf.sum(tf.mul(probabilities, term.reshape(probabilities.shape)), 1));
  // KL(q(y | x) ‖ uniform) = log K − H.
  const labelRate = perExample(tf.sub(Math.log(model.classes), q.entropy()));
  return { distortion: expected(distortion), rate: expected(rate), labelRate };
}

/** L(x, y) − log K of x [batch, …data] with labels y, int32 [batch], in its two parts (equation 6). */
export function labeledTerms(model: LabelModel, x: tf.Tensor, y: tf.Tensor, stream: Rng, training: boolean): VaeTerms {
  const [draws, layers] = stream.split(2) as [Rng, Rng];
  const context = { training, rng: layers };
  const rows = oneHot(y, model.classes);
  const posterior = model.encode(x, rows, context);
  const decoded = model.decode(posterior.sample(draws), rows, context);
  const { networks } = model;
  const rate = kl(posterior, standardNormal([networks.latentDim]));
  return { distortion: networks.distortion(x, decoded, training), rate };
}

/**
 * −log p(x | z, y) and KL(q(z | x, y) ‖ p(z)) under every label, each [batch · classes], with all labels of an example
 * next to each other.
 */
function underEveryLabel(model: LabelModel, x: tf.Tensor, draws: Rng, context: NetworkContext): VaeTerms {
  const { networks, classes, shifts, everyLabel } = model;
  const { latentDim, dataShape } = networks;
  const batch = x.shape[0] as number;
  const rows = batch * classes;
  const outputs = tf.add(networks.encode(x, context).expandDims(1), shifts).reshape([rows, 2 * latentDim]);
  const posterior = normalOf(outputs as tf.Tensor2D);
  const decoded = model.decode(posterior.sample(draws), tf.tile(everyLabel, [batch, 1]), context);
  const repeated = tf.tile(x.expandDims(1), [1, classes, ...dataShape.map(() => 1)]).reshape([rows, ...dataShape]);
  // The likelihood must not adapt here, under wrong labels; it adapts to the labeled examples only.
  const distortion = networks.distortion(repeated, decoded, false);
  return { distortion, rate: kl(posterior, standardNormal([latentDim])) };
}
