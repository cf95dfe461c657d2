import { ArgumentError } from "../runtime/argument-error";
import { executeOp } from "../runtime/execute-op";
import { tf } from "../runtime/tensorflow";

/**
 * Standard normal quantiles Φ⁻¹(p): the z below which a standard normal number falls with probability p. Evenly spaced p
 * give the codes of a latent manifold that covers the prior evenly (Kingma & Welling 2014, appendix A).
 *
 * @param probabilities numbers between 0 and 1
 */
export function normalQuantiles(probabilities: readonly number[]): Float32Array {
  if (!Array.isArray(probabilities) || probabilities.length === 0 || !probabilities.every((p) => p > 0 && p < 1)) {
    throw new ArgumentError(
      "normalQuantiles()",
      "probabilities",
      probabilities,
      "numbers above 0 and below 1, at least one",
    );
  }
  return tf.tidy(() =>
    executeOp("Ndtri", { T: "float32" }, [tf.tensor1d([...probabilities])]).dataSync(),
  ) as Float32Array;
}
