import { ArgumentError } from "../../runtime/argument-error";
import { tf } from "../../runtime/tensorflow";
import { checkParameter, checkTensor, type Parameter } from "../parameters";
import { supports } from "../support";
import type { Bijector } from "./bijector";

/** Parameters of `planarBijector()`; with a batch axis each example has its own. */
export interface PlanarOptions {
  /** [D] or [batch, D] */
  u: tf.Tensor;
  /** [D] or [batch, D], not zero */
  w: tf.Tensor;
  /** A number, a scalar, or [batch, 1] */
  b: Parameter;
}

/**
 * The planar flow f(z) = z + û tanh(wᵀz + b) on vectors [.., D]: Rezende & Mohamed 2015, equation 10.
 *
 * û is u moved along w so that wᵀû > −1, which makes f invertible (their appendix A.1). The inverse has no closed form.
 */
export function planarBijector({ u, w, b }: PlanarOptions): Bijector {
  checkTensor("planarBijector()", "u", u);
  checkTensor("planarBijector()", "w", w);
  checkParameter("planarBijector()", "b", b);
  if (u.shape.at(-1) === undefined || u.shape.at(-1) !== w.shape.at(-1)) {
    throw new ArgumentError("planarBijector()", "w", w.shape, `of the same last axis as u, which is [${u.shape}]`);
  }
  const dot = (left: tf.Tensor, right: tf.Tensor) => tf.sum(tf.mul(left, right), -1, true);
  const uHat = () => {
    // m(x) = −1 + log(1 + eˣ); û = u + (m(wᵀu) − wᵀu) w/|w|².
    const wu = dot(w, u);
    const excess = tf.sub(tf.softplus(wu).sub(1), wu);
    return tf.add(u, tf.mul(tf.div(excess, dot(w, w)), w));
  };
  const activation = (z: tf.Tensor) => tf.tanh(tf.add(dot(w, z), b));
  return {
    name: "planar",
    range: supports.real,
    forward: (z) => tf.add(z, tf.mul(uHat(), activation(z))),
    logDet(z) {
      // Equations 11 and 12: |det| = |1 + ûᵀψ(z)| with ψ(z) = (1 − tanh²) w, and 1 + ûᵀψ > 0 by the choice of û.
      const slope = tf.sub(1, tf.square(activation(z)));
      return tf.squeeze(tf.log1p(tf.mul(slope, dot(uHat(), w))), [-1]);
    },
  };
}
