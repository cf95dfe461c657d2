import { checkOptions, optionsSchema } from "../runtime/check-options";
import { type Rng, rng } from "../runtime/rng";
import { probability, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { initialize } from "./initialize";
import { seedOrStreamRule } from "./network-rules";
import { wordDropout } from "./word-dropout";
import { gruLayer, type WordNetworkSizes, wordNetworkRules, wordVectorLayer } from "./word-network";

/** Options of `wordDecoder()`. */
export interface WordDecoderOptions extends WordNetworkSizes {
  /** The number of latent dimensions. */
  latentDim: number;
  /** The probability that a preceding word is dropped in training, in [0, 1]; defaults to 0. */
  dropout?: number;
  /** A seed or a stream for the initial weights; defaults to 0. */
  seed?: number | Rng;
}

const schema = optionsSchema<WordDecoderOptions>({
  ...wordNetworkRules,
  latentDim: wholeNumber(),
  dropout: probability.optional(),
  seed: seedOrStreamRule.optional(),
});

/**
 * A network that writes a text with a GRU, which receives the code at every step (Bowman et al. 2016, section 3).
 *
 * Its two inputs are the word before each position, int32 [batch, length] (0 before the first), and z [batch, latentDim]. Its
 * output is the unnormalized log-probability of each word at each position, [batch, length, vocabulary]. It does not depend
 * on later positions.
 *
 * @throws ArgumentError for sizes that are not whole numbers of at least 1, a dropout outside [0, 1], and unknown options
 */
export function wordDecoder(options: WordDecoderOptions): tf.LayersModel {
  checkOptions("wordDecoder()", schema, options);
  const { latentDim, dropout = 0, seed = 0, ...sizes } = options;
  const before = tf.input({ shape: [sizes.length], dtype: "int32" });
  const z = tf.input({ shape: [latentDim] });
  const vectors = wordDropout({ rate: dropout }).apply(wordVectorLayer(sizes).apply(before)) as tf.SymbolicTensor;
  const codes = tf.layers.repeatVector({ n: sizes.length }).apply(z) as tf.SymbolicTensor;
  const inputs = tf.layers.concatenate().apply([vectors, codes]);
  const states = gruLayer(sizes, true).apply(inputs);
  const logits = tf.layers.dense({ units: sizes.vocabulary, kernelInitializer: "zeros" }).apply(states);
  const model = tf.model({ inputs: [before, z], outputs: logits as tf.SymbolicTensor });
  initialize(model, typeof seed === "number" ? rng(seed) : seed);
  return model;
}
