import { checkData } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { kl } from "../distributions/kl";
import { type Normal, normal } from "../distributions/normal";
import { standardNormal } from "../distributions/standard-normal";
import { type LogLikelihoodOptions, logLikelihood } from "../inference/log-likelihood";
import type { NetworkContext } from "../networks/network-context";
import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { checkBeta, type ElboPhase, type ElboPhaseOptions, elboPhase, type VaeTerms } from "./core/elbo-phase";
import {
  type EncoderDecoderModel,
  type EncoderDecoderOptions,
  encoderDecoder,
  type LatentMethods,
  type Sampler,
} from "./core/encoder-decoder";

export type { Bound, ObjectiveTerms, VaeTerms } from "./core/elbo-phase";

/** Options of `vae()`. */
export interface VaeOptions extends EncoderDecoderOptions, ElboPhaseOptions {
  /** p(z), of event shape [latent]; defaults to N(0, I). */
  prior?: Distribution;
}

/** A variational autoencoder; made by `vae()`. */
export interface Vae extends EncoderDecoderModel, LatentMethods, Sampler {
  readonly prior: Distribution;
  /** The weight of the rate in the loss. */
  readonly beta: number;
  /** What `fit` needs: one phase, "elbo", with the terms distortion and rate, and those that the objective adds. */
  readonly phases: readonly [ElboPhase];
  /** q(z | x) of x [batch, …data]; its tensors are the caller's, for `tf.tidy`. */
  encode(x: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z) of z [batch, latent]; its tensors are the caller's, for `tf.tidy`. */
  decode(z: tf.Tensor, context?: NetworkContext): Distribution;
  /** Distortion and rate of x [batch, …data], with one draw of z. */
  terms(x: tf.Tensor, rng: Rng, training?: boolean): VaeTerms;
  /** Importance-sampled log p(x) of x [examples, …data]: [examples], nats. */
  logLikelihood(x: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
}

/** A VAE or a variant of it with an encoder of its own, whatever phases follow the one of the bound. */
export interface AnyVae extends Omit<Vae, "phases"> {
  readonly phases: readonly [ElboPhase, ...Phase[]];
}

/**
 * A variational autoencoder (Kingma & Welling 2014; Rezende et al. 2014): q(z | x) is a normal distribution whose mean and
 * log-variance the encoder gives, and training maximizes the evidence lower bound
 * log p(x) ≥ E_q[log p(x | z)] − KL(q(z | x) ‖ p(z)). The code of an example is the mean of q(z | x).
 *
 * @param seen for variants: what the encoder sees of x [batch, …data] in the objective, of the shape of x; defaults to x
 * @throws ArgumentError for shapes that do not fit
 */
export function vae(options: VaeOptions, seen: (x: tf.Tensor, rng: Rng) => tf.Tensor = (x) => x): Vae {
  const { beta = 1 } = options;
  checkBeta("vae()", beta);
  const networks = encoderDecoder("vae()", options, { codes: 2 * options.latentDim });
  const { dataShape, latentDim, likelihood, trainable, decode } = networks;
  const prior = options.prior ?? standardNormal([latentDim]);
  if (!Array.isArray(prior?.eventShape) || !tf.util.arraysEqual([...prior.eventShape], [latentDim])) {
    throw new ArgumentError("vae()", "prior", prior?.eventShape, `a distribution of event shape [${latentDim}]`);
  }

  const encode: Vae["encode"] = (x, context) => normalOf(networks.encode(x, context));
  const forward = (x: tf.Tensor, stream: Rng, training: boolean) => {
    const [draws, layers, own] = stream.split(3) as [Rng, Rng, Rng];
    // A stream apart, so that a variant draws the same z; the fold 1 is taken by models that add a task.
    const posterior = encode(seen(x, stream.fold(2)), { training, rng: layers });
    // Kingma & Welling 2014, equation 7, with one draw of z.
    const z = posterior.sample(draws) as tf.Tensor2D;
    const distortion = networks.distortion(x, decode(z, { training, rng: layers }), training);
    return { posterior, z, prior, rng: own, distortion, rate: kl(posterior, prior) };
  };

  return {
    ...networks.model("vae", options),
    prior,
    beta,
    phases: [elboPhase(options, trainable, ({ x }, stream, training) => forward(x as tf.Tensor, stream, training))],
    encode,
    decode,
    terms(x, stream, training = false) {
      const { distortion, rate } = forward(x, stream, training);
      return { distortion, rate };
    },
    ...networks.latentMethods((x) => encode(x).mean()),
    sample: networks.sampler((stream, n) => prior.sample(stream, n).reshape([n, latentDim])),
    async logLikelihood(x, options) {
      checkData("logLikelihood()", "x", x, dataShape, likelihood.support);
      return logLikelihood({ prior, encode, decode }, x, options);
    },
  };
}

/** q(z | x) from an encoder's outputs, [batch, 2 · latent]: the means, then the log-variances. */
export function normalOf(outputs: tf.Tensor2D): Normal {
  const [mean, logVar] = tf.split(outputs, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  return normal({ mean, logVar });
}
