import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { initialize } from "./initialize";
import { checkWordNetwork, gruLayer, type WordNetworkSizes, wordVectorLayer } from "./word-network";

/** Options of `wordEncoder()`. */
export interface WordEncoderOptions extends WordNetworkSizes {
  /** Where the weights are drawn from: a stream or a seed; defaults to 0. */
  seed?: number | Rng;
}

/**
 * Reads a text with a GRU: int32 words [batch, length] → the state after its last word, [batch, units].
 *
 * @throws ArgumentError for sizes that are not whole numbers of at least 1
 */
export function wordEncoder({ seed = 0, ...sizes }: WordEncoderOptions): tf.LayersModel {
  checkWordNetwork("wordEncoder()", sizes);
  const words = tf.input({ shape: [sizes.length], dtype: "int32" });
  // The mask carries the state past the zeros at the end of a row.
  const vectors = wordVectorLayer(sizes, true).apply(words);
  const model = tf.model({ inputs: words, outputs: gruLayer(sizes).apply(vectors) as tf.SymbolicTensor });
  initialize(model, typeof seed === "number" ? rng(seed) : seed);
  return model;
}
