import type { tf } from "../runtime/tensorflow";
import { type Bounds, estimateBounds, type LatentModel } from "./estimate-bounds";

/** Options of `logLikelihood()`. */
export interface LogLikelihoodOptions extends Bounds {}

/**
 * log p(x) by importance sampling (Burda et al. 2016, equation 8): log (1/K) Σₖ p(x, zₖ)/q(zₖ | x) with zₖ ~ q(z | x), a lower bound
 * that tightens with the draws. The estimate of an example does not depend on the other examples.
 *
 * @param model the model, or, for a conditional one, the function that gives it for conditions [batch, …]. Its `decode` then
 *   receives the draws of all examples, one after the other, and so has to repeat the conditions
 * @param x [examples, …data]
 * @param conditions [examples, …], passed to that function part by part with x
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
