import type { tf } from "../runtime/tensorflow";
import { type Bounds, estimateBounds, type LatentModel } from "./estimate-bounds";

/** Options of `logLikelihood()`. */
export interface LogLikelihoodOptions extends Bounds {}

/**
 * log p(x) by importance sampling (Burda et al. 2016, equation 8): log (1/K) Σₖ p(x, zₖ)/q(zₖ | x) with zₖ ~ q(z | x). The
 * estimate is a lower bound on average, and becomes tighter with more draws. The estimate for an example does not depend on the
 * other examples.
 *
 * @param model the model; for a conditional model, a function that returns the model given conditions [batch, …]. Its `decode`
 *   receives the whole batch repeated once per draw, and must repeat the conditions in the same way
 * @param x [examples, …data]
 * @param conditions [examples, …], passed to that function in parts, together with x
 * @returns [examples], nats
 */
export async function logLikelihood(
  model: LatentModel | ((conditions: tf.Tensor) => LatentModel),
  x: tf.Tensor,
  options: LogLikelihoodOptions = {},
  conditions?: tf.Tensor,
): Promise<tf.Tensor1D> {
  const found = await estimateBounds("logLikelihood()", model, x, options, conditions);
  found.elbo.dispose();
  return found.logLikelihood;
}
