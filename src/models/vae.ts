import type { Distribution } from "../distributions/distribution";
import { kl, klPerDimension } from "../distributions/kl";
import { type Normal, normal } from "../distributions/normal";
import { type PerExample, perExample } from "../distributions/per-example";
import { standardNormal } from "../distributions/standard-normal";
import { supports } from "../distributions/support";
import { mlp } from "../networks/mlp";
import { betaElbo } from "../objectives/beta-elbo";
import { maximise } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import { ArgumentError } from "../runtime/argument-error";
import { checkSizes } from "../runtime/check-sizes";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { bernoulliLikelihood } from "./bernoulli-likelihood";
import { checkData, checkShape } from "./check-data";
import { inBatches } from "./in-batches";
import type { Likelihood } from "./likelihood";
import { type LogLikelihoodOptions, logLikelihood } from "./log-likelihood";
import { summary } from "./summary";
import type { NetworkContext, TrainedPhase } from "./trained-phase";
import { withHead } from "./with-head";

/** Options of `vae()`. */
export interface VaeOptions {
  /** The shape of one example: `784`, or `[28, 28, 1]`. */
  data: number | readonly number[];
  /** The number of latent dimensions. */
  latent: number;
  /** The hidden widths of the encoder that is made when none is given, reversed in the decoder; defaults to [512]. */
  hidden?: readonly number[];
  /** The body of the encoder, [batch, …data] → any shape; a linear head to mean and log-variance is added. */
  encoder?: tf.LayersModel;
  /** The body of the decoder, [batch, latent] → any shape; a linear head to the likelihood's parameters is added. */
  decoder?: tf.LayersModel;
  /** Set to false where the encoder itself ends in 2 · latent outputs; defaults to true. */
  encoderHead?: boolean;
  /** Set to false where the decoder itself ends in the likelihood's parameters; defaults to true. */
  decoderHead?: boolean;
  /** p(x | z); defaults to `bernoulliLikelihood()`, for data in {0, 1}. */
  likelihood?: Likelihood;
  /** p(z), of event shape [latent]; defaults to N(0, I). */
  prior?: Distribution;
  /** The weight β of the rate in the loss, unless `fit` is given a schedule `beta`; defaults to 1, the ELBO. */
  beta?: number;
  /** What is maximised, per example in nats, for example with free bits; defaults to `betaElbo`. */
  objective?: (terms: ObjectiveTerms) => PerExample;
  /** The seed of the initial weights; defaults to 0. */
  seed?: number;
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
}

/** A variational autoencoder; made by `vae()`. */
export interface Vae {
  readonly dataShape: readonly number[];
  readonly latent: number;
  readonly likelihood: Likelihood;
  readonly prior: Distribution;
  /** The weight of the rate in the loss. */
  readonly beta: number;
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
  /** What `fit` needs: one phase, "elbo". */
  readonly phases: readonly TrainedPhase<"elbo", "distortion" | "rate">[];
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
  /** The means of q(z | x), [examples, latent], in bounded memory. */
  embed(x: tf.Tensor): tf.Tensor2D;
  /** The mean of p(x | z) at the mean of q(z | x), of the shape of x. */
  reconstruct(x: tf.Tensor): tf.Tensor;
  /** Draws of the model, [n, …data]: z from the prior, then the mean of p(x | z) (or a draw of it). */
  sample(n: number, options?: SampleOptions): tf.Tensor;
  /** Decodes `steps` points on the straight line between the codes of two examples [1, …data]: [steps, …data]. */
  interpolate(from: tf.Tensor, to: tf.Tensor, steps: number): tf.Tensor;
  /** Importance-sampled log p(x) of x [examples, …data]: [examples], nats. */
  logLikelihood(x: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
  /** The networks and the number of trained parameters, as text. */
  summary(): string;
  dispose(): void;
}

/** Options of `sample()`. */
export interface SampleOptions {
  /** Defaults to 0. */
  seed?: number;
  /** What is returned of p(x | z): its `"mean"`, which is smoother than the data, or a `"draw"`. Defaults to "mean". */
  values?: "mean" | "draw";
}

/**
 * A variational autoencoder (Kingma & Welling 2014; Rezende et al. 2014): q(z | x) is a normal distribution whose mean and
 * log-variance the encoder gives, and training maximises the evidence lower bound
 * log p(x) ≥ E_q[log p(x | z)] − KL(q(z | x) ‖ p(z)).
 *
 * @throws ArgumentError for shapes that do not fit
 */
export function vae(options: VaeOptions): Vae {
  const { latent, hidden = [512], likelihood = bernoulliLikelihood(), beta = 1, seed = 0 } = options;
  const { objective = betaElbo } = options;
  const dataShape = typeof options.data === "number" ? [options.data] : options.data;
  checkSizes("vae()", "latent", [latent]);
  checkSizes("vae()", "data", dataShape);
  if (!(beta >= 0 && beta < Number.POSITIVE_INFINITY))
    throw new ArgumentError("vae()", "beta", beta, "a number of at least 0");
  const prior = options.prior ?? standardNormal([latent]);
  if (!Array.isArray(prior?.eventShape) || !tf.util.arraysEqual([...prior.eventShape], [latent])) {
    throw new ArgumentError("vae()", "prior", prior?.eventShape, `a distribution of event shape [${latent}]`);
  }
  const components = tf.util.sizeFromShape([...dataShape]);
  const [bodySeeds, encoderSeeds, decoderSeeds] = rng(seed).split(3) as [Rng, Rng, Rng];
  const encoderBody = options.encoder ?? mlp({ inputs: dataShape, hidden, seed: bodySeeds.fold(0) });
  const decoderBody = options.decoder ?? mlp({ inputs: latent, hidden: hidden.toReversed(), seed: bodySeeds.fold(1) });
  const encoder = withHead("vae() encoder", encoderBody, 2 * latent, options.encoderHead ?? true, encoderSeeds);
  const outputs = components * likelihood.outputsPerComponent;
  const decoder = withHead("vae() decoder", decoderBody, outputs, options.decoderHead ?? true, decoderSeeds);

  const encode: Vae["encode"] = (x, context = {}) => {
    checkShape("encode()", "x", x, dataShape);
    const [mean, logVar] = tf.split(encoder.apply(x, { ...context }) as tf.Tensor2D, 2, 1);
    return normal({ mean: mean as tf.Tensor2D, logVar: logVar as tf.Tensor2D });
  };
  const decode: Vae["decode"] = (z, context = {}) => {
    checkShape("decode()", "z", z, [latent]);
    return likelihood.distribution(decoder.apply(z, { ...context }) as tf.Tensor2D, dataShape);
  };
  const posteriorAndTerms = (x: tf.Tensor, stream: Rng, training: boolean): VaeTerms & { posterior: Normal } => {
    const [draws, layers] = stream.split(2) as [Rng, Rng];
    const posterior = encode(x, { training, rng: layers });
    // Kingma & Welling 2014, equation 7, with one draw of z.
    const decoded = decode(posterior.sample(draws), { training, rng: layers });
    if (training) likelihood.adapt?.(decoded.mean(), x);
    const logLikelihood = decoded.logProb(x);
    return { posterior, distortion: perExample(tf.neg(logLikelihood)), rate: kl(posterior, prior) };
  };
  const variables = () => [
    ...[...encoder.weights, ...decoder.weights].map((weight) => weight.read() as tf.Variable),
    ...likelihood.variables,
  ];
  const trainable = () => variables().filter((variable) => variable.trainable);

  return {
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
          const { posterior, distortion, rate } = posteriorAndTerms(x as tf.Tensor, stream, training);
          const bound = objective({
            distortion,
            rate,
            ratePerDimension: () => klPerDimension(posterior, prior),
            beta: schedules.beta ?? beta,
            schedules,
          });
          return { loss: maximise(meanOverBatch(bound)), terms: { distortion, rate } };
        },
      },
    ],
    variables,
    encode,
    decode,
    terms(x, stream, training = false) {
      const { distortion, rate } = posteriorAndTerms(x, stream, training);
      return { distortion, rate };
    },
    check: (where, { x }) => checkData(where, "x", x as tf.Tensor, dataShape, likelihood.support),
    embed(x) {
      checkData("embed()", "x", x, dataShape, supports.real);
      return inBatches(x, (part) => encode(part).mean()) as tf.Tensor2D;
    },
    reconstruct(x) {
      checkData("reconstruct()", "x", x, dataShape, supports.real);
      return inBatches(x, (part) => decode(encode(part).mean()).mean());
    },
    sample(n, { seed: sampleSeed = 0, values = "mean" } = {}) {
      if (!(Number.isInteger(n) && n > 0)) throw new ArgumentError("sample()", "n", n, "a whole number of at least 1");
      return tf.tidy(() => {
        const [codes, pixels] = rng(sampleSeed).split(2) as [Rng, Rng];
        const z = prior.sample(codes, n).reshape([n, latent]);
        return inBatches(z, (part) => {
          const distribution = decode(part);
          return values === "draw" ? distribution.sample(pixels) : distribution.mean();
        });
      });
    },
    interpolate(from, to, steps) {
      if (!(Number.isInteger(steps) && steps > 1)) {
        throw new ArgumentError("interpolate()", "steps", steps, "a whole number of at least 2");
      }
      return tf.tidy(() => {
        const [start, end] = [encode(from).mean(), encode(to).mean()];
        const fraction = tf.linspace(0, 1, steps).reshape([steps, 1]);
        return decode(tf.add(start, tf.mul(tf.sub(end, start), fraction))).mean();
      });
    },
    async logLikelihood(x, options) {
      checkData("logLikelihood()", "x", x, dataShape, likelihood.support);
      return logLikelihood({ prior, encode, decode }, x, options);
    },
    summary: () => summary(trainable(), { encoder, decoder }),
    dispose() {
      encoder.dispose();
      decoder.dispose();
      tf.dispose([...likelihood.variables]);
    },
  };
}
