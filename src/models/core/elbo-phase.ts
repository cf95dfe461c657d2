import type { Distribution } from "../../distributions/distribution";
import { klPerDimension } from "../../distributions/kl";
import type { Normal } from "../../distributions/normal";
import type { PerExample } from "../../distributions/per-example";
import { betaElbo } from "../../objectives/beta-elbo";
import { elbo } from "../../objectives/elbo";
import { logWeights } from "../../objectives/log-weights";
import { maximize } from "../../objectives/loss";
import { meanOverBatch } from "../../objectives/mean-over-batch";
import type { Phase } from "../../objectives/phase";
import type { OptionRules } from "../../runtime/check-options";
import { checkNonNegative } from "../../runtime/check-value";
import type { Rng } from "../../runtime/rng";
import { callback, nonNegative, wholeNumber } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import { type Draws, singleDraw } from "./draws";

/** The terms of a VAE for a batch, per example in nats. */
export interface VaeTerms {
  /** −log p(x | z), z ~ q(z | x) */
  readonly distortion: PerExample;
  /** KL(q(z | x) ‖ p(z)), in closed form if there is one; otherwise estimated as log q(z | x) − log p(z) */
  readonly rate: PerExample;
}

/** The values computed for a batch, before any weighting. */
export interface ForwardPass extends VaeTerms {
  readonly posterior: Normal;
  /** The first draw from each posterior, [batch, latentDim]. */
  readonly z: tf.Tensor2D;
  readonly prior: Distribution;
  /** A separate stream for the objective. */
  readonly rng: Rng;
  /** All draws; may be omitted by a model that uses a single draw. */
  readonly draws?: Draws;
}

/** The argument of an objective, for a batch. Distortion and rate are averages over the draws. */
export interface ObjectiveTerms extends Omit<ForwardPass, "draws"> {
  /** k, the number of draws per example: the option `samples`. */
  readonly samples: number;
  /** All draws of z, [k, batch, latentDim]. */
  draws(): tf.Tensor3D;
  /** log p(x | z) + log p(z) − log q(z | x) of each draw, [k, batch], nats: for `importanceWeightedBound()`. */
  logWeights(): tf.Tensor2D;
  /** KL(q(z_j | x) ‖ p(z_j)) of each latent dimension, [batch, latentDim], in nats; only for priors with a closed form. */
  ratePerDimension(): tf.Tensor;
  /** The weight of the rate: the schedule `beta`, or the option. */
  readonly beta: number | tf.Scalar;
  /** The current values of the schedules passed to `fit`. */
  readonly schedules: Readonly<Record<string, tf.Scalar>>;
  /** True in training, false in evaluation. */
  readonly training: boolean;
}

/** The phase of a VAE. Its loss also returns the values it was computed from, so a model can add its own loss. */
export interface ElboPhase<Term extends string = "distortion" | "rate"> extends Phase<"elbo", Term> {
  readonly loss: (
    ...batch: Parameters<Phase<"elbo", Term>["loss"]>
  ) => ReturnType<Phase<"elbo", Term>["loss"]> & { readonly bound: PerExample; readonly forward: ForwardPass };
}

/** The maximized quantity, with additional terms to report. */
export interface Bound {
  /** [batch], nats */
  readonly bound: PerExample;
  readonly terms: Readonly<Record<string, PerExample>>;
}

/** Options for the maximized quantity, and for the weight of the rate in it. */
export interface ElboPhaseOptions {
  /** The weight β of the rate in the loss, unless `fit` receives a schedule `beta`; defaults to 1, the ELBO. */
  beta?: number;
  /**
   * k, the number of draws of z per example in every step; defaults to 1. The default objective averages over them; your own
   * objective gets them from `draws()` and `logWeights()`. The decoder's time and memory grow with k.
   */
  samples?: number;
  /**
   * The quantity to maximize, [batch], in nats, for example with free bits; defaults to `betaElbo`. If it returns a
   * `Bound`, `fit` and `evaluate` report the additional terms beside distortion and rate. An example:
   *
   *     objective: ({ logWeights }) => importanceWeightedBound(logWeights())
   */
  objective?: (terms: ObjectiveTerms) => PerExample | Bound;
}

/** The rules of these options, for the schemas of models that have them. */
export const elboPhaseRules: OptionRules<ElboPhaseOptions> = {
  beta: nonNegative.optional(),
  samples: wholeNumber().optional(),
  objective: callback.optional(),
};

/** @throws ArgumentError for a β that is negative or not finite */
export const checkBeta = (where: string, beta: number): void => checkNonNegative(where, "beta", beta);

/** The properties of its phase that a model declares to `fit`. */
export type ElboPhaseFacts = Pick<Phase, "inputs" | "minimumBatch" | "schedules">;

/**
 * The phase "elbo", which trains an encoder and a decoder together to maximize a bound. For every objective, it reports
 * the unweighted ELBO, −distortion − rate, as its `bound`.
 *
 * @param facts the inputs and schedules that the loss reads. The schedule `beta` is declared if the objective is the
 *   default one
 */
export function elboPhase(
  { beta = 1, samples = 1, objective }: ElboPhaseOptions,
  variables: () => tf.Variable[],
  forward: (batch: Readonly<Record<string, tf.Tensor>>, stream: Rng, training: boolean) => ForwardPass,
  facts: ElboPhaseFacts = {},
): ElboPhase {
  const maximized = objective ?? betaElbo;
  return {
    name: "elbo",
    variables,
    // A custom objective may read any schedule.
    ...(objective === undefined && { schedules: { beta: nonNegative } }),
    ...facts,
    loss(batch, { rng: stream, training, schedules }) {
      const pass = forward(batch, stream, training);
      const { distortion, rate, posterior, prior, draws = singleDraw(pass.z, distortion) } = pass;
      const result = maximized({
        ...pass,
        samples,
        draws: () => draws.z,
        logWeights: () =>
          logWeights({
            likelihood: draws.logLikelihood,
            prior: prior.logProb(draws.z),
            posterior: posterior.logProb(draws.z),
          }),
        ratePerDimension: () => klPerDimension(posterior, prior),
        beta: schedules.beta ?? beta,
        schedules,
        training,
      });
      const { bound, terms } = isBound(result) ? result : { bound: result, terms: {} };
      return {
        loss: maximize(meanOverBatch(bound)),
        terms: { distortion, rate, ...terms },
        bound: elbo({ distortion, rate }),
        forward: pass,
      };
    },
  };
}

const isBound = (result: PerExample | Bound): result is Bound => !(result instanceof tf.Tensor);
