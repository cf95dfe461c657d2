import type { tf } from "../../runtime/tensorflow";
import type { Support } from "../support";

/** An invertible function of a draw, of the same shape, whose Jacobian determinant is known. */
export interface Bijector {
  /** For messages: `"planar"`. */
  readonly name: string;
  /** What the function reaches from the real numbers. */
  readonly range: Support;
  /** f(z), [n?, batch, …event] to the same. */
  forward(z: tf.Tensor): tf.Tensor;
  /** f⁻¹(x), [n?, batch, …event] to the same; absent where it has no closed form. */
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
