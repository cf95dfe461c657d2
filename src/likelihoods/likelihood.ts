import type { Distribution } from "../distributions/distribution";
import type { Support } from "../distributions/support";
import type { FactorySpec } from "../runtime/spec";
import type { tf } from "../runtime/tensorflow";

/** How a decoder's outputs become p(x | z). */
export interface Likelihood {
  /**
   * The function that makes it, and its options as plain data: what a saved model holds. A likelihood of your own may leave
   * it out; `load()` then asks for the likelihood.
   */
  readonly spec?: FactorySpec;
  /** How many outputs the decoder gives for each component of x; those of one kind lie side by side. */
  readonly outputsPerComponent: number;
  /** The number of classes, where the values are labels (int32) and not numbers (float32). */
  readonly classes?: number;
  /** The values of x that have a density. */
  readonly support: Support;
  /** What to do about data outside the support, in a sentence or two; part of the error that refuses them. */
  readonly advice?: string;
  /** Variables of its own that are trained, saved and counted with the networks (a learned σ). */
  readonly variables: readonly tf.Variable[];
  /**
   * p(x | z) from the decoder's outputs.
   *
   * @param outputs [batch, outputsPerComponent · components]
   * @param dataShape the shape of one x
   */
  distribution(outputs: tf.Tensor2D, dataShape: readonly number[]): Distribution;
  /**
   * Adapts variables of its own to a batch in closed form. Models call it in training, before they ask for the batch's
   * density. Absent where there is nothing to adapt.
   *
   * @param predicted p(x | z) of the batch, as `distribution()` made it
   * @param x the batch, [batch, …data]
   * @param weight what each example counts for, [batch]; defaults to 1
   */
  adapt?(predicted: Distribution, x: tf.Tensor, weight?: tf.Tensor): void;
  /**
   * Frees the variables. A model that was given the likelihood calls it in its own `dispose()`; leave it out where the
   * variables stay yours.
   */
  dispose?(): void;
}
