import type { Distribution } from "../distributions/distribution";
import { kl, klPerDimension } from "../distributions/kl";
import { type Normal, normal } from "../distributions/normal";
import type { PerExample } from "../distributions/per-example";
import { standardNormal } from "../distributions/standard-normal";
import { betaElbo } from "../objectives/beta-elbo";
import { maximise } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import { ArgumentError } from "../runtime/argument-error";
import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { checkData } from "./check-data";
import { type EncoderDecoderOptions, encoderDecoder, type Sampler, type Views } from "./encoder-decoder";
import type { Likelihood } from "./likelihood";
import { type LogLikelihoodOptions, logLikelihood } from "./log-likelihood";
import type { Made } from "./made";
import type { NetworkContext, TrainedPhase } from "./trained-phase";

/** Options of `vae()`. */
export interface VaeOptions extends EncoderDecoderOptions {
  /** p(z), of event shape [latent]; defaults to N(0, I). */
  prior?: Distribution;
  /** The weight β of the rate in the loss, unless `fit` is given a schedule `beta`; defaults to 1, the ELBO. */
  beta?: number;
  /**
   * What is maximised, per example in nats, for example with free bits; defaults to `betaElbo`. Given as a `Bound`, it
   * also names terms of its own, which `fit` and `evaluate` report beside distortion and rate.
   */
  objective?: (terms: ObjectiveTerms) => PerExample | Bound;
}

/** What is maximised, with what is reported beside it. */
export interface Bound {
  /** [batch], nats */
  readonly bound: PerExample;
  readonly terms: Readonly<Record<string, PerExample>>;
}

/** What a VAE says of a batch, per example in nats. */
export interface VaeTerms {
  /** −log p(x | z), z ~ q(z | x) */
  readonly distortion: PerExample;
  /** KL(q(z | x) ‖ p(z)) */
  readonly rate: PerExample;
}

/** What an objective is told of a batch. */
export interface ObjectiveTerms extends VaeTerms {
  /** KL(q(z_j | x) ‖ p(z_j)) of each latent dimension, [batch, latent]; computed when it is asked for. */
  ratePerDimension(): tf.Tensor;
  /** The weight of the rate: the schedule `beta`, or the option. */
  readonly beta: number | tf.Scalar;
  /** The current values of the schedules given to `fit`. */
  readonly schedules: Readonly<Record<string, tf.Scalar>>;
  /** q(z | x), and the draws from it that were decoded, [batch, latent]. */
  readonly posterior: Normal;
  readonly z: tf.Tensor2D;
  readonly prior: Distribution;
  /** A stream of the objective's own. */
  readonly rng: Rng;
  /** Whether the batch is trained on; false in evaluation. */
  readonly training: boolean;
}

/** A variational autoencoder; made by `vae()`. */
export interface Vae extends Views, Sampler {
  readonly made: Made;
  readonly dataShape: readonly number[];
  readonly latent: number;
  readonly likelihood: Likelihood;
  readonly prior: Distribution;
  /** The weight of the rate in the loss. */
  readonly beta: number;
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
  /** What `fit` needs: one phase, "elbo", with the terms distortion and rate, and those that the objective adds. */
  readonly phases: readonly [TrainedPhase<"elbo", "distortion" | "rate">];
  /** Everything that training changes. */
  variables(): tf.Variable[];
  /** q(z | x) of x [batch, …data]; its tensors are the caller's, for `tf.tidy`. */
  encode(x: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z) of z [batch, latent]; its tensors are the caller's, for `tf.tidy`. */
  decode(z: tf.Tensor, context?: NetworkContext): Distribution;
  /** Distortion and rate of x [batch, …data], with one draw of z. */
  terms(x: tf.Tensor, rng: Rng, training?: boolean): VaeTerms;
  /** Checks data once, before they are used: shape, and values within the likelihood's support. */
  check(where: string, batch: Readonly<Record<string, tf.Tensor>>): void;
  /** Importance-sampled log p(x) of x [examples, …data]: [examples], nats. */
  logLikelihood(x: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
  /** The networks and the number of trained parameters, as text. */
  summary(): string;
  dispose(): void;
}

/**
 * A variational autoencoder (Kingma & Welling 2014; Rezende et al. 2014): q(z | x) is a normal distribution whose mean and
 * log-variance the encoder gives, and training maximises the evidence lower bound
 * log p(x) ≥ E_q[log p(x | z)] − KL(q(z | x) ‖ p(z)). The code of an example is the mean of q(z | x).
 *
 * @throws ArgumentError for shapes that do not fit
 */
export function vae(options: VaeOptions): Vae {
  const { beta = 1, objective = betaElbo } = options;
  if (!(beta >= 0 && beta < Number.POSITIVE_INFINITY))
    throw new ArgumentError("vae()", "beta", beta, "a number of at least 0");
  const networks = encoderDecoder("vae()", options, { codes: 2 * options.latent });
  const { dataShape, latent, likelihood, encoder, decoder, variables, trainable, decode } = networks;
  const prior = options.prior ?? standardNormal([latent]);
  if (!Array.isArray(prior?.eventShape) || !tf.util.arraysEqual([...prior.eventShape], [latent])) {
    throw new ArgumentError("vae()", "prior", prior?.eventShape, `a distribution of event shape [${latent}]`);
  }

  const encode: Vae["encode"] = (x, context) => normalOf(networks.encode(x, context));
  const forward = (x: tf.Tensor, stream: Rng, training: boolean) => {
    const [draws, layers, own] = stream.split(3) as [Rng, Rng, Rng];
    const posterior = encode(x, { training, rng: layers });
    // Kingma & Welling 2014, equation 7, with one draw of z.
    const z = posterior.sample(draws) as tf.Tensor2D;
    const distortion = networks.distortion(x, decode(z, { training, rng: layers }), training);
    return { posterior, z, rng: own, distortion, rate: kl(posterior, prior) };
  };

  return {
    made: { by: "vae", options: { ...options, ...networks.made } },
    dataShape,
    latent,
    likelihood,
    prior,
    beta,
    encoder,
    decoder,
    phases: [
      {
        name: "elbo",
        variables: trainable,
        loss({ x }, { rng: stream, training, schedules }) {
          const said = forward(x as tf.Tensor, stream, training);
          const { distortion, rate } = said;
          const result = objective({
            ...said,
            ratePerDimension: () => klPerDimension(said.posterior, prior),
            beta: schedules.beta ?? beta,
            schedules,
            prior,
            training,
          });
          const { bound, terms } = isBound(result) ? result : { bound: result, terms: {} };
          return { loss: maximise(meanOverBatch(bound)), terms: { distortion, rate, ...terms } };
        },
      },
    ],
    variables,
    encode,
    decode,
    terms(x, stream, training = false) {
      const { distortion, rate } = forward(x, stream, training);
      return { distortion, rate };
    },
    check: networks.check,
    ...networks.views((x) => encode(x).mean()),
    sample: networks.sampler((stream, n) => prior.sample(stream, n).reshape([n, latent])),
    async logLikelihood(x, options) {
      checkData("logLikelihood()", "x", x, dataShape, likelihood.support);
      return logLikelihood({ prior, encode, decode }, x, options);
    },
    summary: networks.summary,
    dispose: networks.dispose,
  };
}

/** q(z | x) from an encoder's outputs, [batch, 2 · latent]: the means, then the log-variances. */
export function normalOf(outputs: tf.Tensor2D): Normal {
  const [mean, logVar] = tf.split(outputs, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  return normal({ mean, logVar });
}

const isBound = (result: PerExample | Bound): result is Bound => !(result instanceof tf.Tensor);
