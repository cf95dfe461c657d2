import type { Distribution } from "../distributions/distribution";
import { kl } from "../distributions/kl";
import { normal } from "../distributions/normal";
import { type PerExample, perExample } from "../distributions/per-example";
import { standardNormal } from "../distributions/standard-normal";
import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { weightedSum } from "../objectives/weighted-sum";
import { ArgumentError } from "../runtime/argument-error";
import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { type DiscriminatorOptions, discriminator, lossAsFake, lossAsReal } from "./core/discriminator";
import { type EncoderDecoderOptions, encoderDecoder, trainableWeights } from "./core/encoder-decoder";
import { summary } from "./core/summary";
import { normalOf, type Vae } from "./vae";

/** Options of `vaeGan()`. */
export interface VaeGanOptions extends EncoderDecoderOptions, DiscriminatorOptions {
  /** What the parts of the losses weigh, each of at least 0. */
  lossWeights?: VaeGanWeights;
}

/** What the parts of a VAE-GAN's losses weigh. */
export interface VaeGanWeights {
  /** The distance of a reconstruction in the discriminator's last hidden layer, for encoder and decoder; defaults to 1. */
  features?: number;
  /** The distortion −log p(x | z) in pixels, which the paper leaves out, for encoder and decoder; defaults to 0. */
  pixels?: number;
  /** What the decoder pays for pictures that are not taken for real; defaults to 1. */
  adversarialLoss?: number;
}

/** A VAE-GAN; made by `vaeGan()`. */
export interface VaeGan extends Omit<Vae, "phases" | "terms" | "beta" | "logLikelihood"> {
  readonly discriminator: tf.LayersModel;
  /**
   * What `fit` needs. "encoder" and "decoder" are paid for by `features`, −log N(features of x; features of the
   * reconstruction, I), and by `distortion`; the encoder by the `rate`, the decoder by the `adversarialLoss` of the discriminator,
   * which pays for data, reconstructions and samples (`onData`, `onReconstructions`, `onSamples`). All in nats per example.
   */
  readonly phases: readonly [
    Phase<"encoder", "distortion" | "features" | "rate">,
    Phase<"decoder", "distortion" | "features" | "adversarialLoss">,
    Phase<"discriminator", "onData" | "onReconstructions" | "onSamples">,
  ];
}

/**
 * A VAE whose reconstructions are compared in the features of a discriminator instead of pixel by pixel (Larsen et al. 2016,
 * algorithm 1): three steps on every batch, one each for encoder, decoder and discriminator. The decoder's pictures are the
 * means of p(x | z). With weights `{ features: 0, pixels: 1, adversarialLoss: 0 }` the loss of encoder and decoder is that of
 * `vae()`. It has no bound on log p(x).
 *
 * @throws ArgumentError for shapes that do not fit, and options out of range
 */
export function vaeGan(options: VaeGanOptions): VaeGan {
  const where = "vaeGan()";
  const networks = encoderDecoder(where, options, { codes: 2 * options.latentDim });
  const { dataShape, latentDim, likelihood, encoder, decoder } = networks;
  const critic = discriminator(where, dataShape, options);
  const weigh = { features: 1, pixels: 0, adversarialLoss: 1, ...options.lossWeights };
  for (const [name, weight] of Object.entries(weigh)) {
    if (weight >= 0 && weight < Number.POSITIVE_INFINITY) continue;
    throw new ArgumentError(where, `lossWeights.${name}`, weight, "a finite number of at least 0");
  }
  const prior = standardNormal([latentDim]);
  const encode: Vae["encode"] = (x, context) => normalOf(networks.encode(x, context));

  /** The reconstruction of a batch, and how far it is from the batch in pixels and in features. */
  const reconstruction = (x: tf.Tensor, stream: Rng, training: boolean) => {
    // Split as vae() does, whose loss this is at the neutral weights.
    const [draws, layers, own] = stream.split(3) as [Rng, Rng, Rng];
    const context = { training, rng: layers };
    const posterior = encode(x, context);
    const decoded = networks.decode(posterior.sample(draws) as tf.Tensor2D, context);
    const made = critic.discriminate(decoded.mean(), context);
    return {
      rate: kl(posterior, prior),
      distortion: networks.distortion(x, decoded, training),
      // Larsen et al. 2016, equation 7: an observation model of the features, with the identity as covariance.
      features: distance(critic.discriminate(x, context).features, made.features),
      logits: made.logits,
      generatedLogits: () => critic.discriminate(generate(own, x.shape[0] as number, context).mean(), context).logits,
    };
  };
  const generate = (stream: Rng, n: number, context: { training: boolean; rng: Rng }): Distribution =>
    networks.decode(prior.sample(stream, n).reshape([n, latentDim]), context);

  return {
    ...networks.model("vaeGan", { ...options, ...critic.spec }),
    prior,
    discriminator: critic.network,
    phases: [
      {
        name: "encoder",
        variables: () => trainableWeights(encoder),
        loss({ x }, { rng: stream, training }) {
          const { distortion, features, rate } = reconstruction(x as tf.Tensor, stream, training);
          const cost = weightedSum([
            [weigh.features, features],
            [weigh.pixels, distortion],
            [1, rate],
          ]);
          return { loss: minimize(meanOverBatch(cost)), terms: { distortion, features, rate } };
        },
      },
      {
        name: "decoder",
        variables: () => [...trainableWeights(decoder), ...likelihood.variables.filter(({ trainable }) => trainable)],
        learningRateScale: critic.scales.generator,
        loss({ x }, { rng: stream, training }) {
          const said = reconstruction(x as tf.Tensor, stream, training);
          const { distortion, features } = said;
          const adversarialLoss = mean2(lossAsReal(said.logits), lossAsReal(said.generatedLogits()));
          const cost = weightedSum([
            [weigh.features, features],
            [weigh.pixels, distortion],
            [weigh.adversarialLoss, adversarialLoss],
          ]);
          return { loss: minimize(meanOverBatch(cost)), terms: { distortion, features, adversarialLoss } };
        },
      },
      {
        name: "discriminator",
        variables: critic.trainable,
        learningRateScale: critic.scales.discriminator,
        loss({ x }, { rng: stream, training }) {
          const said = reconstruction(x as tf.Tensor, stream, training);
          const onData = lossAsReal(critic.discriminate(x as tf.Tensor, { training, rng: stream.fold(0) }).logits);
          const onReconstructions = lossAsFake(said.logits);
          const onSamples = lossAsFake(said.generatedLogits());
          // Both kinds of made pictures together count as much as the real ones.
          const cost = weightedSum([
            [1, onData],
            [1, mean2(onReconstructions, onSamples)],
          ]);
          return { loss: minimize(meanOverBatch(cost)), terms: { onData, onReconstructions, onSamples } };
        },
      },
    ],
    variables: () => [...networks.variables(), ...critic.variables()],
    encode,
    decode: networks.decode,
    ...networks.latentMethods((x) => encode(x).mean()),
    sample: networks.sampler((stream, n) => prior.sample(stream, n).reshape([n, latentDim])),
    summary() {
      const trainable = [...networks.trainable(), ...critic.trainable()];
      return summary(trainable, { encoder, decoder, discriminator: critic.network });
    },
    dispose() {
      networks.dispose();
      critic.dispose();
    },
  };
}

/** −log N(a; b, I) of features [batch, …], all constants kept: [batch], nats. */
function distance(a: tf.Tensor, b: tf.Tensor): PerExample {
  return perExample(tf.neg(normal({ mean: b, stdDev: 1 }).logProb(a)));
}

const mean2 = (a: PerExample, b: PerExample): PerExample =>
  weightedSum([
    [0.5, a],
    [0.5, b],
  ]);
