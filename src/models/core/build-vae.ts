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
   * p(z), of event shape [latentDim]; defaults to N(0, I). A prior of the library (`learnedGaussianPrior()`,
   * `mixturePrior({ components: 10 })`), one of your own (`Prior`), or any distribution with unbounded support. A distribution's
   * parameters that are `tf.Variable`s are trained: `normal({ mean: tf.variable(…), logVar: tf.variable(…) })`. Where `kl()`
   * knows no closed form, the rate is sampled from the draws of z.
   */
  prior?: GivenPrior;
}

/** A variational autoencoder; made by `vae()`. */
export interface Vae extends EncoderDecoderModel, LatentMethods, Sampler {
  /** p(z): a distribution, whose parameters always have their current values. */
  readonly prior: ModelPrior;
  /** The weight of the rate in the loss. */
  readonly beta: number;
  /** What `fit` needs: one phase, "elbo", with the terms distortion and rate, and those that the objective adds. */
  readonly phases: readonly [ElboPhase];
  /** q(z | x) of x [batch, …data]; its tensors are the caller's, for `tf.tidy`. */
  encode(x: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z) of z [batch, latentDim]; its tensors are the caller's, for `tf.tidy`. */
  decode(z: tf.Tensor, context?: NetworkContext): Distribution;
  /** Distortion and rate of x [batch, …data], with as many draws of z as the model takes in training. */
  terms(x: tf.Tensor, rng: Rng, training?: boolean): VaeTerms;
  /** Importance-sampled log p(x) of x [examples, …data]: [examples], nats. */
  logLikelihood(x: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
}

/** A VAE or a variant of it with an encoder of its own, whatever phases follow the one of the bound. */
export interface AnyVae extends Omit<Vae, "phases"> {
  readonly phases: readonly [ElboPhase, ...Phase[]];
}

/** What a variant changes in a VAE. */
export interface VaeParts {
  /** What the encoder sees of x [batch, …data] in the objective, of the shape of x; defaults to x. */
  seen?(x: tf.Tensor, rng: Rng): tf.Tensor;
  /** The prior, where it follows from other options. */
  readonly prior?: GivenPrior;
  /** What the objective needs and reads, where the variant brings one. */
  readonly phase?: ElboPhaseFacts;
}

/**
 * A VAE under the name of its maker.
 *
 * @param factory the public function that makes it from `options`
 * @param options checked by that function; those that are not of `vae()` are only stored
 * @throws ArgumentError for shapes that do not fit, and a prior that q(z | x) does not fit
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
    // A stream apart, so that a variant draws the same z; the fold 1 is taken by models that add a task.
    const posterior = encode(seen(x, stream.fold(2)), context);
    // Kingma & Welling 2014, equation 7.
    const drawn = drawBatch(x, posterior, {
      samples,
      rng: draws,
      decode: (z) => decode(z, context),
      distortion: (repeated, decoded) => networks.distortion(repeated, decoded, training),
    });
    // Once: a prior may take the encoder to compute it.
    const density = prior.distribution();
    const rate = prior.rate(posterior, samples === 1 ? drawn.z : drawn.draws.z, density);
    return { ...drawn, posterior, prior: density, rng: own, rate };
  };
  // One record, so that the estimator of log p(x) is compiled once.
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

/** The smallest log-variance of q(z | x): far below any that training reaches, and above those where float32 overflows. */
const minLogVar = -31;

/** q(z | x) from an encoder's outputs, [batch, 2 · latentDim]: the means, then the log-variances, which stay above −31. */
export function normalOf(outputs: tf.Tensor2D): Normal {
  const [mean, logVar] = tf.split(outputs, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  return normal({ mean, logVar: smoothFloor(logVar, minLogVar) });
}
