import type { Distribution } from "../distributions/distribution";
import type { Support } from "../distributions/support";
import type { FactorySpec } from "../runtime/spec";
import type { tf } from "../runtime/tensorflow";

/** How a decoder's outputs become p(x | z). */
export interface Likelihood {
  /** The function that makes it, and its options as plain data: what a saved model holds. */
  readonly spec: FactorySpec;
  /** How many outputs the decoder gives for each component of x; those of one kind lie side by side. */
  readonly outputsPerComponent: number;
  /** The number of classes, where the values are labels (int32) and not numbers (float32). */
  readonly classes?: number;
  /** The values of x that have a density. */
  readonly support: Support;
  /** Variables of its own that are trained with the networks (a learned σ). */
  readonly variables: readonly tf.Variable[];
  /**
   * p(x | z) from the decoder's outputs.
   *
   * @param outputs [batch, outputsPerComponent · components]
   * @param dataShape the shape of one x
   */
  distribution(outputs: tf.Tensor2D, dataShape: readonly number[]): Distribution;
  /**
   * Sets variables of its own that are not trained to what is best for a batch, in closed form; models call it in training,
   * before the batch's density is asked for. Absent where there is nothing to set.
   *
   * @param mean the mean of p(x | z), [batch, …data]
   * @param x the batch, of the same shape
   */
  adapt?(mean: tf.Tensor, x: tf.Tensor): void;
}
