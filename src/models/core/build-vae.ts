import type { Distribution } from "../../distributions/distribution";
import { type Normal, normal } from "../../distributions/normal";
import { smoothFloor } from "../../distributions/smooth-floor";
import { type LogLikelihoodOptions, logLikelihood } from "../../inference/log-likelihood";
import type { NetworkContext } from "../../networks/network-context";
import type { Phase } from "../../objectives/phase";
import { type GivenPrior, modelPrior } from "../../priors/model-prior";
import type { ModelPrior } from "../../priors/prior";
import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";
import { once } from "./dispose-own";
import { drawBatch } from "./draws";
import { type ElboPhase, type ElboPhaseFacts, type ElboPhaseOptions, elboPhase, type VaeTerms } from "./elbo-phase";
import {
  checkExamples,
  type EncoderDecoderModel,
  type EncoderDecoderOptions,
  encoderDecoder,
  type LatentMethods,
  type Sampler,
} from "./encoder-decoder";

/** Options of `vae()`. */
export interface VaeOptions extends EncoderDecoderOptions, ElboPhaseOptions {
  /**
   * p(z), with event shape [latentDim]; defaults to N(0, I). It may be a prior from the library
   * (`learnedGaussianPrior()`, `mixturePrior({ components: 10 })`), your own `Prior`, or any distribution with
   * unbounded support. Parameters of a distribution that are `tf.Variable`s are trained: `normal({ mean:
   * tf.variable(…), logVar: tf.variable(…) })`. If `kl()` has no closed form, the rate is estimated from the draws of
   * z.
   */
  prior?: GivenPrior;
}

/** A variational autoencoder, created by `vae()`. */
export interface Vae extends EncoderDecoderModel, LatentMethods, Sampler {
  /** p(z): a distribution that always has the current parameter values. */
  readonly prior: ModelPrior;
  /** The weight of the rate in the loss. */
  readonly beta: number;
  /** For `fit`: one phase, "elbo", with the terms distortion and rate, and any terms that the objective adds. */
  readonly phases: readonly [ElboPhase];
  /** q(z | x) for x [batch, …data]. The caller owns its tensors; use `tf.tidy`. */
  encode(x: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z) for z [batch, latentDim]. The caller owns its tensors; use `tf.tidy`. */
  decode(z: tf.Tensor, context?: NetworkContext): Distribution;
  /** Distortion and rate of x [batch, …data], each [batch], in nats, with as many draws of z as in training. */
  terms(x: tf.Tensor, rng: Rng, training?: boolean): VaeTerms;
  /** Importance-sampled log p(x) for x [examples, …data]: [examples], nats. */
  logLikelihood(x: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
}

/** A VAE or a variant of it. Other phases may follow the phase of the bound. */
export interface AnyVae extends Omit<Vae, "phases"> {
  readonly phases: readonly [ElboPhase, ...Phase[]];
}

/** The parts of a VAE that a variant changes. */
export interface VaeParts {
  /** The encoder's input in the objective, computed from x [batch, …data], with the shape of x; defaults to x. */
  seen?(x: tf.Tensor, rng: Rng): tf.Tensor;
  /** The prior, if other options determine it. */
  readonly prior?: GivenPrior;
  /** The inputs and schedules of the variant's objective, if it has one. */
  readonly phase?: ElboPhaseFacts;
}

/**
 * A VAE, with the name of the public function that creates it.
 *
 * @param factory the public function that creates it from `options`
 * @param options options that the function has checked; those that `vae()` does not have are only stored
 * @throws ArgumentError for shapes that do not match, and a prior that q(z | x) does not match
 */
export function buildVae(factory: string, options: VaeOptions, parts: VaeParts = {}): Vae {
  const { beta = 1, samples = 1, seed = 0 } = options;
  const { seen = (x) => x, phase } = parts;
  const networks = encoderDecoder(`${factory}()`, options, { codes: 2 * options.latentDim });
  const { dataShape, latentDim, likelihood, decode } = networks;
  const encode: Vae["encode"] = (x, context) => normalOf(networks.encode(x, context));
  const prior = modelPrior(`${factory}()`, parts.prior ?? options.prior, { latentDim, dataShape, seed, encode });

  const forward = (x: tf.Tensor, stream: Rng, training: boolean) => {
    const [draws, layers, own] = stream.split(3) as [Rng, Rng, Rng];
    const context = { training, rng: layers };
    // A separate stream, so a variant draws the same z. Models that add a task use fold 1.
    const posterior = encode(seen(x, stream.fold(2)), context);
    // Kingma & Welling 2014, equation 7.
    const drawn = drawBatch(x, posterior, {
      samples,
      rng: draws,
      decode: (z) => decode(z, context),
      distortion: (repeated, decoded) => networks.distortion(repeated, decoded, training),
    });
    // Computed once, because a prior may have to run the encoder.
    const density = prior.distribution();
    const rate = prior.rate(posterior, samples === 1 ? drawn.z : drawn.draws.z, density);
    return { ...drawn, posterior, prior: density, rng: own, rate };
  };
  // A single record, so the estimator of log p(x) is compiled only once.
  const latentModel = { prior, encode, decode };
  const trainable = () => [...networks.trainable(), ...prior.variables.filter((variable) => variable.trainable)];

  return {
    ...networks.model(factory, options),
    prior,
    beta,
    phases: [
      elboPhase(options, trainable, ({ x }, stream, training) => forward(x as tf.Tensor, stream, training), {
        inputs: ["x"],
        ...phase,
      }),
    ],
    variables: () => [...networks.variables(), ...prior.variables],
    encode,
    decode,
    terms(x, stream, training = false) {
      const { distortion, rate } = forward(x, stream, training);
      return { distortion, rate };
    },
    ...networks.latentMethods((x) => encode(x).mean()),
    sample: networks.sampler((stream, n) => prior.sample(stream, n).reshape([n, latentDim])),
    async logLikelihood(x, estimate) {
      checkExamples("logLikelihood()", "x", x, dataShape, likelihood);
      return logLikelihood(latentModel, x, estimate);
    },
    dispose: once(() => {
      networks.dispose();
      prior.dispose();
    }),
  };
}

/** The smallest log-variance of q(z | x). Training does not reach values this small, and float32 does not overflow yet. */
const minLogVar = -31;

/** q(z | x) from an encoder's outputs, [batch, 2 · latentDim]: the means, then the log-variances, which are kept above −31. */
export function normalOf(outputs: tf.Tensor2D): Normal {
  const [mean, logVar] = tf.split(outputs, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  return normal({ mean, logVar: smoothFloor(logVar, minLogVar) });
}
