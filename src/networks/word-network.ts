import type { OptionRules } from "../runtime/check-options";
import { wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** The sizes of networks for word sequences. */
export interface WordNetworkSizes {
  /** The size of the vocabulary, including 0, which ends a text and pads its row. */
  vocabulary: number;
  /** The length of a row, in words. */
  length: number;
  /** The dimension of a word vector. */
  embedding: number;
  /** The state size of the recurrent network. */
  units: number;
}

/** The rules of these sizes, for the schemas of networks and models for words. */
export const wordNetworkRules: OptionRules<WordNetworkSizes> = {
  vocabulary: wholeNumber(),
  length: wholeNumber(),
  embedding: wholeNumber(),
  units: wholeNumber(),
};

/** A layer of word vectors: int32 [batch, length] → [batch, length, embedding]; zero until `initialize` draws them. */
export const wordVectorLayer = ({ vocabulary, embedding }: WordNetworkSizes, maskZero = false): tf.layers.Layer =>
  tf.layers.embedding({ inputDim: vocabulary, outputDim: embedding, maskZero, embeddingsInitializer: "zeros" });

/** A GRU (Cho et al. 2014): [batch, length, inputs] → its last state, or all states; zero until `initialize` draws its weights. */
export const gruLayer = ({ units }: WordNetworkSizes, returnSequences = false): tf.layers.Layer =>
  tf.layers.gru({ units, returnSequences, kernelInitializer: "zeros", recurrentInitializer: "zeros" });
