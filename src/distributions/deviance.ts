import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import { safeLog } from "./positive";

/**
 * u log(u/v) + v − u ≥ 0 for u > 0 and v ≥ 0, element by element: the difference between −u log v + v and its minimum, at v =
 * u.
 *
 * The exponents of the gamma, beta and Dirichlet densities, measured from their peaks, have this form. Near u = v its terms
 * cancel, so it is computed as a series there (Loader 2000, "Fast and accurate computation of binomial probabilities", section
 * 3).
 *
 * @param logV log v, if it is known more accurately than from v, which may have underflowed to 0
 */
export function deviance(u: tf.Tensor, v: tf.Tensor, logV: tf.Tensor = safeLog(v)): tf.Tensor {
  const zeros = tf.zerosLike(tf.add(u, v));
  const [left, right, logRight] = [u, v, logV].map((t) => tf.add(t, zeros)) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const isNear = stopGradient(() =>
    tf.less(tf.abs(tf.sub(left.mul(0.5), right.mul(0.5))), tf.add(left.mul(0.5), right.mul(0.5)).mul(nearby)),
  );
  // Each form gets safe values in place of the other's, so no gradient is NaN.
  const ones = tf.onesLike(left);
  const near = nearDeviance(tf.where(isNear, left, ones), tf.where(isNear, right, ones));
  const farLeft = tf.where(isNear, ones, left);
  const far = tf
    .mul(farLeft, tf.sub(tf.log(farLeft), tf.where(isNear, zeros, logRight)))
    .add(tf.sub(tf.where(isNear, ones, right), farLeft));
  return tf.where(isNear, near, far);
}

/** |u − v|/(u + v) below which the series is used. */
const nearby = 0.1;

/** (u − v) r + 2u (r³/3 + r⁵/5 + …) with r = (u − v)/(u + v), because log(u/v) = 2 artanh r. */
function nearDeviance(u: tf.Tensor, v: tf.Tensor): tf.Tensor {
  const difference = tf.sub(u, v);
  const r = tf.div(difference, tf.add(u, v));
  const square = tf.square(r);
  const series = [1 / 9, 1 / 7, 1 / 5, 1 / 3].reduce<tf.Tensor>(
    (sum, coefficient) => tf.add(tf.mul(sum, square), coefficient),
    tf.zerosLike(square),
  );
  return tf.add(tf.mul(difference, r), tf.mul(tf.mul(tf.mul(u, 2), r), tf.mul(series, square)));
}
