import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { tf } from "../../runtime/tensorflow";
import { broadcastParameters, type Parameter, parameterRule, tensorRule } from "../parameters";
import { supports } from "../support";
import type { Bijector } from "./bijector";
import { buildBijector } from "./build-bijector";

/** Parameters of `planarBijector()`. With a batch axis, each example has its own. */
export interface PlanarOptions {
  /** [D] or [batch, D] */
  u: tf.Tensor;
  /** [D] or [batch, D], not zero */
  w: tf.Tensor;
  /** A number, a scalar, or [batch, 1] */
  b: Parameter;
}

const schema = optionsSchema<PlanarOptions>({ u: tensorRule, w: tensorRule, b: parameterRule });

/**
 * The planar flow f(z) = z + û tanh(wᵀz + b) on vectors [.., D]: Rezende & Mohamed 2015, equation 10.
 *
 * û is u shifted along w so that wᵀû > −1, which makes f invertible (their appendix A.1). The inverse has no closed
 * form.
 *
 * @throws ArgumentError for u and w that are not float32 tensors with the same length D
 */
export function planarBijector(options: PlanarOptions): Bijector {
  checkOptions("planarBijector()", schema, options);
  const { u, w, b } = options;
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
  return buildBijector({
    name: "planar",
    parameters: { u, w, b },
    range: supports.real,
    shape: broadcastParameters("planarBijector()", { u, w }),
    forward: (z) => tf.add(z, tf.mul(uHat(), activation(z))),
    logDet(z) {
      // Equations 11 and 12: |det| = |1 + ûᵀψ(z)| with ψ(z) = (1 − tanh²) w, and 1 + ûᵀψ > 0 by the choice of û.
      const slope = tf.sub(1, tf.square(activation(z)));
      return tf.squeeze(tf.log1p(tf.mul(slope, dot(uHat(), w))), [-1]);
    },
  });
}
