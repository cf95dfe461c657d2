import type { tf } from "../runtime/tensorflow";
import { type Bounds, estimateBounds, type LatentModel } from "./estimate-bounds";

/** Options of `logLikelihood()`. */
export interface LogLikelihoodOptions extends Bounds {}

/**
 * log p(x) by importance sampling: see `evidence()`, of which it is the closer bound.
 *
 * @param model the model, or, of a conditional one, the function that gives it for conditions [batch, …]; its `decode` is then
 *   given the draws of all examples, one after the other, and so has to repeat the conditions
 * @param x [examples, …data]
 * @param conditions [examples, …], handed to that function part by part with x
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
