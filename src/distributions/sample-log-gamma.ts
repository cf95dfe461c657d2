import { executeOp } from "../runtime/execute-op";
import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { smallest } from "./positive";

/**
 * Draws log X with X ~ Gamma(α, 1), with the gradient of the draw with respect to α.
 *
 * It draws the logarithm, because X itself underflows for small α: Gamma(0.01, 1) has half its mass below 10⁻³⁰.
 *
 * @param alpha concentration α > 0; its shape is a suffix of `shape`
 * @param shape the shape of the result
 */
export function sampleLogGamma(rng: Rng, alpha: tf.Tensor, shape: readonly number[]): tf.Tensor {
  // X = G · U^(1/α) with G ~ Gamma(α + 1, 1): Marsaglia & Tsang 2000, section 6.
  const boosted = sampleGamma(rng, tf.add(alpha, 1), shape);
  const logU = tf.log(tf.maximum(rng.uniform(shape), smallest));
  return tf.add(tf.log(boosted), tf.div(logU, alpha));
}

/** A draw from Gamma(α, 1), with the implicit gradient with respect to α: Figurnov, Mohamed & Mnih 2018, equation 6. */
function sampleGamma(rng: Rng, alpha: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const [stream] = rng.split(1) as [Rng];
  return tf.customGrad((input, save) => {
    const a = input as tf.Tensor;
    const inputs = [tf.tensor1d([...shape], "int32"), stream.key, a];
    const value = executeOp("StatelessRandomGammaV2", { dtype: "float32", T: "int32", Tseed: "int32" }, inputs);
    (save as (saved: tf.Tensor[]) => void)([a, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const grad = tf.mul(dy, executeOp("RandomGammaGrad", { T: "float32" }, saved));
        const a = saved[0] as tf.Tensor;
        const extra = Array.from({ length: grad.rank - a.rank }, (_, i) => i);
        return extra.length === 0 ? grad : tf.sum(grad, extra);
      },
    };
  })(alpha);
}
