import type { Distribution } from "../distributions/distribution";
import type { tf } from "../runtime/tensorflow";

/** How a decoder's outputs become p(x | z). */
export interface Likelihood {
  readonly name: string;
  /** How many outputs the decoder gives for each component of x. */
  readonly outputsPerComponent: number;
  /** Variables of its own that are trained with the networks (a learned σ); none by default. */
  readonly variables: readonly tf.Variable[];
  /**
   * p(x | z) from the decoder's outputs.
   *
   * @param outputs [batch, components · outputsPerComponent]; the parameters of one kind lie side by side
   * @param dataShape the shape of one x
   */
  distribution(outputs: tf.Tensor2D, dataShape: readonly number[]): Distribution;
}
