import { checkSizes } from "../runtime/check-sizes";
import { tf } from "../runtime/tensorflow";

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

/** @throws ArgumentError naming the size that is no whole number of at least 1 */
export function checkWordNetwork(where: string, sizes: WordNetworkSizes): void {
  const { vocabulary, length, embedding, units } = sizes;
  for (const [name, size] of Object.entries({ vocabulary, length, embedding, units })) checkSizes(where, name, [size]);
}

/** A layer of word vectors: int32 [batch, length] → [batch, length, embedding]; zero until `initialize` draws them. */
export const wordVectorLayer = ({ vocabulary, embedding }: WordNetworkSizes, maskZero = false): tf.layers.Layer =>
  tf.layers.embedding({ inputDim: vocabulary, outputDim: embedding, maskZero, embeddingsInitializer: "zeros" });

/** A GRU (Cho et al. 2014): [batch, length, inputs] → its last state, or all of them; zero until `initialize` draws its weights. */
export const gruLayer = ({ units }: WordNetworkSizes, returnSequences = false): tf.layers.Layer =>
  tf.layers.gru({ units, returnSequences, kernelInitializer: "zeros", recurrentInitializer: "zeros" });
