import type { tf } from "../../runtime/tensorflow";
import type { Support } from "../support";

/**
 * An invertible, differentiable function of a draw, of the same shape, whose Jacobian determinant is known. `transformed()` makes a
 * distribution of it; an object of your own with these members works as well.
 */
export interface Bijector {
  /** For messages: `"planar"`. */
  readonly name: string;
  /** The values that the function takes on the real numbers, component by component. */
  readonly range: Support;
  /** What it was made from, by name; a prior finds its variables here. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What the parameters broadcast to, [batch?, …event]; defaults to [], which fits any batch. */
  readonly shape?: readonly number[];
  /** f(z), [n?, batch, …event] to the same. */
  forward(z: tf.Tensor): tf.Tensor;
  /** f⁻¹(x) for x in the range, [n?, batch, …event] to the same; absent where it has no closed form. */
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
