import type { Distribution } from "../distributions/distribution";
import type { Normal } from "../distributions/normal";
import type { PerExample } from "../distributions/per-example";
import type { NetworkContext } from "../networks/network-context";
import type { FactorySpec } from "../runtime/spec";
import type { tf } from "../runtime/tensorflow";

/** p(z), the distribution of codes before anything is known of x. */
export interface Prior<D extends Distribution = Distribution> {
  /** How it was made, so that a model that has it can be saved whole; without it, `load()` asks for the prior. */
  readonly spec?: FactorySpec;
  /** Variables of its own that are trained, saved and counted with the networks; empty where nothing is learned. */
  readonly variables: readonly tf.Variable[];
  /** p(z) with the current values of the variables: batch 1, event shape [latentDim]. Its tensors are the caller's. */
  distribution(): D;
  /**
   * KL(q(z | x) ‖ p(z)), or an upper bound on it, [batch], nats. Without it, the rate is the closed form of `kl()` where there
   * is one; else it is sampled: log q(z | x) − log p(z), averaged over the draws at hand.
   *
   * @param z draws of the posterior, [batch, latentDim] or [k, batch, latentDim]
   */
  rate?(posterior: Normal, z: tf.Tensor): PerExample;
  /** Frees the variables. A model that has the prior calls it in its own `dispose()`. */
  dispose?(): void;
}

/** A prior that takes its size, or more, from the model that it is given to, with variables of its own in each. */
export interface PriorOfModel<P extends Prior = Prior> {
  readonly spec?: FactorySpec;
  forModel(model: PriorContext): P;
}

/** What a prior may take from its model. */
export interface PriorContext {
  readonly latentDim: number;
  readonly dataShape: readonly number[];
  /** The seed of the model's initial weights. */
  readonly seed: number;
  /** q(z | x) of x [batch, …data], for priors made of posteriors (VampPrior). */
  encode(x: tf.Tensor, context?: NetworkContext): Normal;
}

/** The prior of a model: it is also a distribution, whose parameters always have their current values. */
export interface ModelPrior<D extends Distribution = Distribution> extends Prior<D>, Distribution {
  /** @param density what `distribution()` gave, where that is at hand */
  rate(posterior: Normal, z: tf.Tensor, density?: Distribution): PerExample;
  dispose(): void;
}
