import type { Distribution } from "../distributions/distribution";
import type { Support } from "../distributions/support";
import type { FactorySpec } from "../runtime/spec";
import type { tf } from "../runtime/tensorflow";

/** A likelihood: it turns the outputs of a decoder into p(x | z). */
export interface Likelihood {
  /**
   * The function that creates the likelihood, and its options as plain data. A saved model stores them. A custom likelihood may
   * omit `spec`; the caller must then pass the likelihood to `load()`.
   */
  readonly spec?: FactorySpec;
  /**
   * The number of decoder outputs per component of x. The outputs are grouped by kind, for example all means and then all scales.
   */
  readonly outputsPerComponent: number;
  /** The number of classes, if x contains labels (int32) and not numbers (float32). */
  readonly classes?: number;
  /** The values of x that have a density. */
  readonly support: Support;
  /** How to fix data outside the support, in one or two sentences. The error for such data includes it. */
  readonly advice?: string;
  /** The likelihood's variables, such as a learned σ. They are trained, saved and counted together with the networks. */
  readonly variables: readonly tf.Variable[];
  /**
   * Creates p(x | z) from the outputs of the decoder.
   *
   * @param outputs [batch, outputsPerComponent · components]
   * @param dataShape the shape of one example
   */
  distribution(outputs: tf.Tensor2D, dataShape: readonly number[]): Distribution;
  /**
   * Sets the likelihood's variables from a batch, without gradients. Models call it in training, before they compute the density
   * of the batch. Absent if there is nothing to adapt.
   *
   * @param predicted p(x | z) of the batch, a result of `distribution()`
   * @param x the batch, [batch, …data]
   * @param weight the weight of each example, [batch]; defaults to 1
   */
  adapt?(predicted: Distribution, x: tf.Tensor, weight?: tf.Tensor): void;
  /**
   * Frees the variables. The `dispose()` of a model also calls this method on its likelihood. Omit it if the caller keeps the
   * variables.
   */
  dispose?(): void;
}
