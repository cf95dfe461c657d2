import { tf } from "../runtime/tensorflow";
import { deviance } from "./deviance";
import { digammaError, stirlingError } from "./gamma-functions";
import { safeLog } from "./positive";

/**
 * The formulas of the Dirichlet distribution with concentration α [.., K], written with A = Σα, the shares α/A and Stirling's
 * formula, to avoid differences of large numbers. The beta distribution is the case of two parts.
 */

const log2Pi = Math.log(2 * Math.PI);

/** Σ over the last axis. */
const total = (t: tf.Tensor): tf.Tensor => tf.sum(t, -1);

const shares = (alpha: tf.Tensor): tf.Tensor => tf.div(alpha, tf.sum(alpha, -1, true));

/**
 * Σ (αₖ − 1) log xₖ − log B(α) = −A Σ (α/A) log((α/A)/x) − Σ log xₖ + Σ αₖ log(αₖ/A) − log B(α), where the first term is −A times a
 * divergence and the last two are a difference of Stirling's formulas.
 *
 * @param parts x, [.., K], rows that sum to 1
 * @param logParts log x, if it is known more accurately than from x
 * @returns [..]
 */
export function dirichletLogDensity(alpha: tf.Tensor, parts: tf.Tensor, logParts = safeLog(parts)): tf.Tensor {
  const spread = tf.mul(total(alpha), total(deviance(shares(alpha), parts, logParts)));
  return tf.sub(logPeak(alpha), tf.add(spread, total(logParts)));
}

/** Σ αₖ log(αₖ/A) − log B(α) = ½ Σ log αₖ − ½ log A − (K − 1)/2 log 2π − Σ δ(αₖ) + δ(A). */
function logPeak(alpha: tf.Tensor): tf.Tensor {
  const sum = total(alpha);
  const parts = total(tf.sub(tf.log(alpha).mul(0.5), stirlingError(alpha)));
  const whole = tf.sub(tf.log(sum).mul(0.5), stirlingError(sum));
  return tf.sub(parts, whole).sub((((alpha.shape.at(-1) as number) - 1) / 2) * log2Pi);
}

/**
 * log B(α) + (A − K) ψ(A) − Σ (αₖ − 1) ψ(αₖ) with ψ(x) = log x − 1/(2x) + δ′(x), in which the terms of order A log A cancel.
 *
 * @returns [..]
 */
export function dirichletEntropy(alpha: tf.Tensor): tf.Tensor {
  const classes = alpha.shape.at(-1) as number;
  const sum = total(alpha);
  const parts = total(
    tf.addN([
      tf.log(alpha).mul(0.5),
      stirlingError(alpha),
      tf.div(-0.5, alpha),
      tf.mul(tf.sub(1, alpha), digammaError(alpha)),
    ]),
  );
  const whole = tf.addN([
    tf.log(sum).mul(0.5 - classes),
    tf.neg(stirlingError(sum)),
    tf.div(classes / 2, sum),
    tf.mul(tf.sub(sum, classes), digammaError(sum)),
  ]);
  return tf.add(parts, whole).add(((classes - 1) / 2) * (1 + log2Pi));
}

/**
 * KL(q ‖ p): the Bregman divergence of Σ log Γ(αₖ) − log Γ(A) from p to q. Its large terms are p's A times the divergence of the
 * shares.
 *
 * @returns [..]
 */
export function dirichletKl(q: tf.Tensor, p: tf.Tensor): tf.Tensor {
  const large = tf.mul(total(p), total(deviance(shares(p), shares(q))));
  return tf.add(large, tf.sub(total(remainder(q, p)), remainder(total(q), total(p))));
}

/**
 * log Γ(p) − log Γ(q) − (p − q) ψ(q) minus its large part p log(p/q) + q − p, which is `deviance(p, q)`: with Stirling's
 * formula, ½ (p/q − 1 − log(p/q)) + δ(p) − δ(q) − (p − q) δ′(q).
 */
export function remainder(q: tf.Tensor, p: tf.Tensor): tf.Tensor {
  const half = tf.div(deviance(q, p), q).mul(0.5);
  const errors = tf.sub(stirlingError(p), stirlingError(q));
  return tf.add(half, tf.sub(errors, tf.mul(tf.sub(p, q), digammaError(q))));
}
