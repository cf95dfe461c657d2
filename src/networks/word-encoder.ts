import { checkOptions, optionsSchema } from "../runtime/check-options";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { initialize } from "./initialize";
import { seedOrStreamRule } from "./network-rules";
import { gruLayer, type WordNetworkSizes, wordNetworkRules, wordVectorLayer } from "./word-network";

/** Options of `wordEncoder()`. */
export interface WordEncoderOptions extends WordNetworkSizes {
  /** A seed or a stream for the initial weights; defaults to 0. */
  seed?: number | Rng;
}

const schema = optionsSchema<WordEncoderOptions>({ ...wordNetworkRules, seed: seedOrStreamRule.optional() });

/**
 * A network that reads a text with a GRU: int32 words [batch, length] → the state after the last word, [batch, units].
 *
 * @throws ArgumentError for sizes that are not whole numbers of at least 1, and for unknown options
 */
export function wordEncoder(options: WordEncoderOptions): tf.LayersModel {
  checkOptions("wordEncoder()", schema, options);
  const { seed = 0, ...sizes } = options;
  const words = tf.input({ shape: [sizes.length], dtype: "int32" });
  // The mask makes the GRU skip the zeros at the end of a row.
  const vectors = wordVectorLayer(sizes, true).apply(words);
  const model = tf.model({ inputs: words, outputs: gruLayer(sizes).apply(vectors) as tf.SymbolicTensor });
  initialize(model, typeof seed === "number" ? rng(seed) : seed);
  return model;
}
