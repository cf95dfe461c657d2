import { kl } from "../distributions/kl";
import { normal } from "../distributions/normal";
import { type PerExample, perExample } from "../distributions/per-example";
import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { weightedSum } from "../objectives/weighted-sum";
import { standardModelPrior } from "../priors/model-prior";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Rng } from "../runtime/rng";
import { checkedElsewhere, nonNegative } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import {
  type Discriminator,
  type DiscriminatorOptions,
  discriminator,
  discriminatorRules,
  lossAsFake,
  lossAsReal,
} from "./core/discriminator";
import { once } from "./core/dispose-own";
import type { VaeTerms } from "./core/elbo-phase";
import {
  type EncoderDecoder,
  type EncoderDecoderOptions,
  encoderDecoder,
  trainableWeights,
} from "./core/encoder-decoder";
import { encoderDecoderRules } from "./core/encoder-decoder-rules";
import { summary } from "./core/summary";
import { normalOf, type Vae } from "./vae";

/** Options of `vaeGan()`. */
export interface VaeGanOptions extends EncoderDecoderOptions, DiscriminatorOptions {
  /** The weights of the parts of the losses, each at least 0. */
  lossWeights?: VaeGanWeights;
}

/** The weights of the parts of a VAE-GAN's losses. */
export interface VaeGanWeights {
  /** The weight, for encoder and decoder, of the reconstruction error in the discriminator's last hidden layer; defaults to 1. */
  features?: number;
  /** The weight, for encoder and decoder, of the distortion −log p(x | z) in pixels, which the paper omits; defaults to 0. */
  pixels?: number;
  /** The weight of the decoder's loss for images that the discriminator recognizes as generated; defaults to 1. */
  adversarialLoss?: number;
}

/** A VAE-GAN, created by `vaeGan()`. */
export interface VaeGan extends Omit<Vae, "phases" | "terms" | "beta" | "logLikelihood"> {
  readonly discriminator: tf.LayersModel;
  /**
   * For `fit`. The losses of "encoder" and "decoder" share `features`, −log N(features of x; features of the reconstruction, I),
   * and `distortion`. The encoder's loss adds the `rate`; the decoder's loss adds `adversarialLoss`. "discriminator" reports its
   * losses on data, reconstructions and samples (`onData`, `onReconstructions`, `onSamples`). All are in nats per example.
   */
  readonly phases: readonly [
    Phase<"encoder", "distortion" | "features" | "rate">,
    Phase<"decoder", "distortion" | "features" | "adversarialLoss">,
    Phase<"discriminator", "onData" | "onReconstructions" | "onSamples">,
  ];
}

const schema = optionsSchema<VaeGanOptions>({
  ...encoderDecoderRules,
  ...discriminatorRules,
  lossWeights: checkedElsewhere.optional(),
});

const weightsSchema = optionsSchema<VaeGanWeights>({
  features: nonNegative.optional(),
  pixels: nonNegative.optional(),
  adversarialLoss: nonNegative.optional(),
});

/**
 * A VAE-GAN (Larsen et al. 2016, algorithm 1): a VAE that measures reconstruction error in the features of a discriminator
 * instead of pixel by pixel. Each batch takes three steps, one each for encoder, decoder and discriminator. The decoder's images
 * are the means of p(x | z). With weights `{ features: 0, pixels: 1, adversarialLoss: 0 }`, the loss of encoder and decoder is
 * that of `vae()`. In general, training does not maximize a bound on log p(x).
 *
 * @throws ArgumentError for shapes that do not match, options out of range, and unknown options
 */
export function vaeGan(options: VaeGanOptions): VaeGan {
  const where = "vaeGan()";
  checkOptions(where, schema, options);
  const { lossWeights = {} } = options;
  checkOptions(where, weightsSchema, lossWeights, "lossWeights");
  const networks = encoderDecoder(where, options, { codes: 2 * options.latentDim });
  const { dataShape, latentDim, encoder, decoder } = networks;
  const critic = discriminator(where, dataShape, options);
  const prior = standardModelPrior(latentDim);
  const encode: Vae["encode"] = (x, context) => normalOf(networks.encode(x, context));
  const draw = (stream: Rng, n: number): tf.Tensor => prior.sample(stream, n).reshape([n, latentDim]);

  const reconstruct: Reconstruct = (x, stream, training) => {
    // Split as in vae(), because the loss is the same at the neutral weights.
    const [draws, layers, own] = stream.split(3) as [Rng, Rng, Rng];
    const context = { training, rng: layers };
    const posterior = encode(x, context);
    const decoded = networks.decode(posterior.sample(draws) as tf.Tensor2D, context);
    const judged = critic.discriminate(decoded.mean(), context);
    const generate = () => networks.decode(draw(own, x.shape[0] as number), context).mean();
    return {
      rate: kl(posterior, prior),
      distortion: networks.distortion(x, decoded, training),
      // Larsen et al. 2016, equation 7: an observation model of the features, with identity covariance.
      features: distance(critic.discriminate(x, context).features, judged.features),
      logits: judged.logits,
      generatedLogits: () => critic.discriminate(generate(), context).logits,
    };
  };

  return {
    ...networks.model("vaeGan", { ...options, ...critic.spec }),
    prior,
    discriminator: critic.network,
    phases: vaeGanPhases(networks, critic, reconstruct, lossWeights),
    variables: () => [...networks.variables(), ...critic.variables()],
    encode,
    decode: networks.decode,
    ...networks.latentMethods((x) => encode(x).mean()),
    sample: networks.sampler(draw),
    summary() {
      const trainable = [...networks.trainable(), ...critic.trainable()];
      return summary(trainable, { encoder, decoder, discriminator: critic.network });
    },
    dispose: once(() => {
      networks.dispose();
      critic.dispose();
    }),
  };
}

/** The reconstruction of a batch, and its error in pixels and in features. */
interface Reconstruction extends VaeTerms {
  readonly features: PerExample;
  /** The discriminator's logits for the reconstructions, [batch]. */
  readonly logits: tf.Tensor1D;
  /** Its logits for the same number of samples from the model, [batch]. */
  generatedLogits(): tf.Tensor1D;
}

type Reconstruct = (x: tf.Tensor, stream: Rng, training: boolean) => Reconstruction;

/** The steps of Larsen et al. 2016, algorithm 1. */
function vaeGanPhases(
  { encoder, decoder, likelihood }: EncoderDecoder,
  critic: Discriminator,
  reconstruct: Reconstruct,
  weights: VaeGanWeights,
): VaeGan["phases"] {
  const { features: featureWeight = 1, pixels: pixelWeight = 0, adversarialLoss: adversarialWeight = 1 } = weights;
  const reads = { inputs: ["x"], schedules: {} };
  return [
    {
      name: "encoder",
      variables: () => trainableWeights(encoder),
      ...reads,
      loss({ x }, { rng: stream, training }) {
        const { distortion, features, rate } = reconstruct(x as tf.Tensor, stream, training);
        const cost = weightedSum([
          [featureWeight, features],
          [pixelWeight, distortion],
          [1, rate],
        ]);
        return { loss: minimize(meanOverBatch(cost)), terms: { distortion, features, rate } };
      },
    },
    {
      name: "decoder",
      variables: () => [...trainableWeights(decoder), ...likelihood.variables.filter(({ trainable }) => trainable)],
      learningRateScale: critic.scales.generator,
      ...reads,
      loss({ x }, { rng: stream, training }) {
        const pass = reconstruct(x as tf.Tensor, stream, training);
        const { distortion, features } = pass;
        const adversarialLoss = mean2(lossAsReal(pass.logits), lossAsReal(pass.generatedLogits()));
        const cost = weightedSum([
          [featureWeight, features],
          [pixelWeight, distortion],
          [adversarialWeight, adversarialLoss],
        ]);
        return { loss: minimize(meanOverBatch(cost)), terms: { distortion, features, adversarialLoss } };
      },
    },
    {
      name: "discriminator",
      variables: critic.trainable,
      learningRateScale: critic.scales.discriminator,
      ...reads,
      loss({ x }, { rng: stream, training }) {
        const pass = reconstruct(x as tf.Tensor, stream, training);
        const onData = lossAsReal(critic.discriminate(x as tf.Tensor, { training, rng: stream.fold(0) }).logits);
        const onReconstructions = lossAsFake(pass.logits);
        const onSamples = lossAsFake(pass.generatedLogits());
        // Together, the two kinds of generated images have the same weight as the real ones.
        const cost = weightedSum([
          [1, onData],
          [1, mean2(onReconstructions, onSamples)],
        ]);
        return { loss: minimize(meanOverBatch(cost)), terms: { onData, onReconstructions, onSamples } };
      },
    },
  ];
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
