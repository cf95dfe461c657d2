import { checkSizes } from "../runtime/check-sizes";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { initialise } from "./initialise";

/** Sizes of the networks of sequences of words. */
export interface WordNetworkSizes {
  /** The number of words, with 0, which ends a text and fills what is left of its row. */
  vocabulary: number;
  /** The words of a row. */
  length: number;
  /** The dimensions of a word's vector. */
  embedding: number;
  /** The size of the recurrent network's state. */
  units: number;
}

/** Options of `wordEncoder()`. */
export interface WordEncoderOptions extends WordNetworkSizes {
  /** Where the weights are drawn from: a stream or a seed; defaults to 0. */
  seed?: number | Rng;
}

/** Reads a text with a GRU (Cho et al. 2014): int32 words [batch, length] → the state after its last word, [batch, units]. */
export function wordEncoder({ seed = 0, ...sizes }: WordEncoderOptions): tf.LayersModel {
  checkSizes("wordEncoder()", "vocabulary, length, embedding, units", sizesOf(sizes));
  const words = tf.input({ shape: [sizes.length], dtype: "int32" });
  const vectors = embed(sizes, { maskZero: true }).apply(words);
  const state = tf.layers.gru({ units: sizes.units, ...blank }).apply(vectors) as tf.SymbolicTensor;
  const model = tf.model({ inputs: words, outputs: state });
  initialise(model, typeof seed === "number" ? rng(seed) : seed);
  return model;
}

/** The sizes as a list, to be checked. */
export const sizesOf = ({ vocabulary, length, embedding, units }: WordNetworkSizes): number[] => [
  vocabulary,
  length,
  embedding,
  units,
];

/** A layer of word vectors, to be initialised. */
export const embed = ({ vocabulary, embedding }: WordNetworkSizes, options: { maskZero?: boolean } = {}) =>
  tf.layers.embedding({
    inputDim: vocabulary,
    outputDim: embedding,
    embeddingsInitializer: "zeros",
    ...options,
  });

/** `initialise` draws the weights; until then they are zero. */
export const blank = { kernelInitializer: "zeros", recurrentInitializer: "zeros" } as const;
