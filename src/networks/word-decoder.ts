import { checkSizes } from "../runtime/check-sizes";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { initialize } from "./initialize";
import { wordDropout } from "./word-dropout";
import { checkWordNetwork, gruLayer, type WordNetworkSizes, wordVectorLayer } from "./word-network";

/** Options of `wordDecoder()`. */
export interface WordDecoderOptions extends WordNetworkSizes {
  /** The number of latent dimensions. */
  latentDim: number;
  /** The probability that a word before is left out in training, in [0, 1]; defaults to 0. */
  dropout?: number;
  /** Where the weights are drawn from: a stream or a seed; defaults to 0. */
  seed?: number | Rng;
}

/**
 * Writes a text with a GRU that is given the code at every step (Bowman et al. 2016, section 3).
 *
 * Its two inputs are the word before each place, int32 [batch, length] (0 before the first), and z [batch, latent]; its output
 * is the log-probability of each word at each place up to a constant, [batch, length, vocabulary], which depends on no
 * later place.
 *
 * @throws ArgumentError for sizes that are not whole numbers of at least 1, and a dropout out of [0, 1]
 */
export function wordDecoder({ latentDim, dropout = 0, seed = 0, ...sizes }: WordDecoderOptions): tf.LayersModel {
  checkWordNetwork("wordDecoder()", sizes);
  checkSizes("wordDecoder()", "latentDim", [latentDim]);
  const before = tf.input({ shape: [sizes.length], dtype: "int32" });
  const z = tf.input({ shape: [latentDim] });
  const vectors = wordDropout({ rate: dropout }).apply(wordVectorLayer(sizes).apply(before)) as tf.SymbolicTensor;
  const codes = tf.layers.repeatVector({ n: sizes.length }).apply(z) as tf.SymbolicTensor;
  const told = tf.layers.concatenate().apply([vectors, codes]);
  const states = gruLayer(sizes, true).apply(told);
  const logits = tf.layers.dense({ units: sizes.vocabulary, kernelInitializer: "zeros" }).apply(states);
  const model = tf.model({ inputs: [before, z], outputs: logits as tf.SymbolicTensor });
  initialize(model, typeof seed === "number" ? rng(seed) : seed);
  return model;
}
