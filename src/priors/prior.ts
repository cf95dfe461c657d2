import type { Distribution } from "../distributions/distribution";
import type { Normal } from "../distributions/normal";
import type { PerExample } from "../distributions/per-example";
import type { NetworkContext } from "../networks/network-context";
import type { FactorySpec } from "../runtime/spec";
import type { tf } from "../runtime/tensorflow";

/** A prior p(z): the distribution of codes before x is observed. */
export interface Prior<D extends Distribution = Distribution> {
  /** How the prior was created, so it can be saved with its model. Without it, the caller must pass the prior to `load()`. */
  readonly spec?: FactorySpec;
  /** The prior's variables, which are trained, saved and counted together with the networks; empty if nothing is learned. */
  readonly variables: readonly tf.Variable[];
  /** p(z) with the current values of the variables: batch 1, event shape [latentDim]. The caller owns its new tensors. */
  distribution(): D;
  /**
   * Computes the rate KL(q(z | x) ‖ p(z)), or an upper bound on it, [batch], nats. Without this method, the rate is the closed
   * form of `kl()` if there is one. Otherwise it is estimated as log q(z | x) − log p(z), averaged over the samples z.
   *
   * @param z samples from the posterior, [batch, latentDim] or [k, batch, latentDim]
   */
  rate?(posterior: Normal, z: tf.Tensor): PerExample;
  /** Frees the variables. The `dispose()` of a model also calls this method on its prior. */
  dispose?(): void;
}

/** A prior that is completed by a model, which determines for example its size. Each model gets separate variables. */
export interface PriorOfModel<P extends Prior = Prior> {
  readonly spec?: FactorySpec;
  forModel(model: PriorContext): P;
}

/** The properties of a model that its prior may use. */
export interface PriorContext {
  readonly latentDim: number;
  readonly dataShape: readonly number[];
  /** The seed of the model's initial weights. */
  readonly seed: number;
  /** Computes q(z | x) for x [batch, …data], for priors that consist of posteriors (VampPrior). */
  encode(x: tf.Tensor, context?: NetworkContext): Normal;
}

/** The prior of a model. It is also a distribution, and its parameters always have their current values. */
export interface ModelPrior<D extends Distribution = Distribution> extends Prior<D>, Distribution {
  /** @param density a result of `distribution()`, if there already is one, so that it is not computed again */
  rate(posterior: Normal, z: tf.Tensor, density?: Distribution): PerExample;
  dispose(): void;
}
