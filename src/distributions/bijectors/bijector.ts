import type { tf } from "../../runtime/tensorflow";
import type { Support } from "../support";

/**
 * An invertible, differentiable function that keeps the shape of a draw and has a known Jacobian determinant. `transformed()`
 * turns it into a distribution. You can also use your own object with these members.
 */
export interface Bijector {
  /** The name for error messages: `"planar"`. */
  readonly name: string;
  /** The range of the function on the real numbers, component by component. */
  readonly range: Support;
  /** The parameters by name; a prior finds its variables here. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The shape that the parameters broadcast to, [batch?, …event]; defaults to [], which matches any batch. */
  readonly shape?: readonly number[];
  /** f(z), with the shape of z, [n?, batch, …event]. */
  forward(z: tf.Tensor): tf.Tensor;
  /** f⁻¹(x) for x in the range, with the shape of x, [n?, batch, …event]; absent if it has no closed form. */
  inverse?(x: tf.Tensor): tf.Tensor;
  /**
   * log |det ∂f/∂z| at z, in nats.
   *
   * @param z [n?, batch, …event]
   * @param eventRank the number of event axes
   * @returns [n?, batch]
   */
  logDet(z: tf.Tensor, eventRank: number): tf.Tensor;
}
