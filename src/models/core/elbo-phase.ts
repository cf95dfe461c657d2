import type { Distribution } from "../../distributions/distribution";
import { klPerDimension } from "../../distributions/kl";
import type { Normal } from "../../distributions/normal";
import type { PerExample } from "../../distributions/per-example";
import { betaElbo } from "../../objectives/beta-elbo";
import { maximize } from "../../objectives/loss";
import { meanOverBatch } from "../../objectives/mean-over-batch";
import type { Phase } from "../../objectives/phase";
import { ArgumentError } from "../../runtime/argument-error";
import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";

/** What a VAE says of a batch, per example in nats. */
export interface VaeTerms {
  /** −log p(x | z), z ~ q(z | x) */
  readonly distortion: PerExample;
  /** KL(q(z | x) ‖ p(z)) */
  readonly rate: PerExample;
}

/** What was computed of a batch, before anything is weighed. */
export interface ForwardPass extends VaeTerms {
  /** q(z | x), and the draws from it that were decoded, [batch, latent]. */
  readonly posterior: Normal;
  readonly z: tf.Tensor2D;
  readonly prior: Distribution;
  /** A stream of the objective's own. */
  readonly rng: Rng;
}

/** What an objective is told of a batch. */
export interface ObjectiveTerms extends ForwardPass {
  /** KL(q(z_j | x) ‖ p(z_j)) of each latent dimension, [batch, latent]; computed when it is asked for. */
  ratePerDimension(): tf.Tensor;
  /** The weight of the rate: the schedule `beta`, or the option. */
  readonly beta: number | tf.Scalar;
  /** The current values of the schedules given to `fit`. */
  readonly schedules: Readonly<Record<string, tf.Scalar>>;
  /** Whether the batch is trained on; false in evaluation. */
  readonly training: boolean;
}

/** The phase of a VAE. Its loss also gives what it was computed from, so that a model may add a loss of its own. */
export interface ElboPhase<Term extends string = "distortion" | "rate"> extends Phase<"elbo", Term> {
  readonly loss: (
    ...batch: Parameters<Phase<"elbo", Term>["loss"]>
  ) => ReturnType<Phase<"elbo", Term>["loss"]> & { readonly forward: ForwardPass };
}

/** What is maximized, with what is reported beside it. */
export interface Bound {
  /** [batch], nats */
  readonly bound: PerExample;
  readonly terms: Readonly<Record<string, PerExample>>;
}

/** What is maximized, and the weight of the rate in it. */
export interface ElboPhaseOptions {
  /** The weight β of the rate in the loss, unless `fit` is given a schedule `beta`; defaults to 1, the ELBO. */
  beta?: number;
  /**
   * What is maximized, per example in nats, for example with free bits; defaults to `betaElbo`. Given as a `Bound`, it
   * also names terms of its own, which `fit` and `evaluate` report beside distortion and rate.
   */
  objective?: (terms: ObjectiveTerms) => PerExample | Bound;
}

/** @throws ArgumentError for a β below 0 or without end */
export function checkBeta(where: string, beta: number): void {
  if (!(beta >= 0 && beta < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(where, "beta", beta, "a number of at least 0");
  }
}

/** The phase "elbo", in which an encoder and a decoder are trained together to maximize a bound. */
export function elboPhase(
  { beta = 1, objective = betaElbo }: ElboPhaseOptions,
  variables: () => tf.Variable[],
  forward: (batch: Readonly<Record<string, tf.Tensor>>, stream: Rng, training: boolean) => ForwardPass,
): ElboPhase {
  return {
    name: "elbo",
    variables,
    loss(batch, { rng: stream, training, schedules }) {
      const said = forward(batch, stream, training);
      const { distortion, rate } = said;
      const result = objective({
        ...said,
        ratePerDimension: () => klPerDimension(said.posterior, said.prior),
        beta: schedules.beta ?? beta,
        schedules,
        training,
      });
      const { bound, terms } = isBound(result) ? result : { bound: result, terms: {} };
      return { loss: maximize(meanOverBatch(bound)), terms: { distortion, rate, ...terms }, forward: said };
    },
  };
}

const isBound = (result: PerExample | Bound): result is Bound => !(result instanceof tf.Tensor);
