import type { Distribution } from "../distributions/distribution";
import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { weightedSum } from "../objectives/weighted-sum";
import { gaussianPrior } from "../priors/gaussian-prior";
import { type LatentPrior, latentSampler } from "../priors/latent-prior";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkedElsewhere, oneOf } from "../runtime/rules";
import type { tf } from "../runtime/tensorflow";
import type { Autoencoder } from "./autoencoder";
import {
  type DiscriminatorOptions,
  discriminator,
  discriminatorRules,
  lossAsFake,
  lossAsReal,
} from "./core/discriminator";
import { once } from "./core/dispose-own";
import { type EncoderDecoderOptions, encoderDecoder, type Sampler, trainableWeights } from "./core/encoder-decoder";
import { encoderDecoderRules } from "./core/encoder-decoder-rules";
import { reconstructionPhase } from "./core/reconstruction-phase";
import { summary } from "./core/summary";

/** Options of `adversarialAutoencoder()`. */
export interface AdversarialAutoencoderOptions extends EncoderDecoderOptions, DiscriminatorOptions {
  /** The distribution that the codes should follow; defaults to `gaussianPrior({ latentDim })`. */
  prior?: LatentPrior | Distribution;
  /**
   * The loss of the generator step: `"nonSaturating"` is −log D of the codes; `"minimax"` is log(1 − D), with a gradient
   * that vanishes where the discriminator is confident (Goodfellow et al. 2014, section 3). Defaults to "nonSaturating".
   */
  generatorLoss?: "nonSaturating" | "minimax";
}

/** An adversarial autoencoder, created by `adversarialAutoencoder()`. */
export interface AdversarialAutoencoder extends Omit<Autoencoder, "phases">, Sampler {
  readonly prior: LatentPrior;
  readonly discriminator: tf.LayersModel;
  /**
   * For `fit`. "reconstruction" trains the encoder and decoder. "discriminator" trains the discriminator and reports its
   * losses on draws from the prior (`onPrior`) and on codes (`onCodes`). "generator" trains the encoder to fool the
   * discriminator and reports its loss (`adversarialLoss`). All are in nats per example; random guessing gives log 2 = 0.69.
   */
  readonly phases: readonly [
    Phase<"reconstruction", "distortion">,
    Phase<"discriminator", "onPrior" | "onCodes">,
    Phase<"generator", "adversarialLoss">,
  ];
}

const schema = optionsSchema<AdversarialAutoencoderOptions>({
  ...encoderDecoderRules,
  ...discriminatorRules,
  // latentSampler() checks it.
  prior: checkedElsewhere.optional(),
  generatorLoss: oneOf("nonSaturating", "minimax").optional(),
});

/**
 * An adversarial autoencoder (Makhzani et al. 2016) with a deterministic encoder. Each batch takes three steps: the first
 * reconstructs; in the second, a discriminator learns to tell codes from draws of the prior; in the third, the encoder
 * learns to fool it. The prior needs no density, because only draws from it are used.
 *
 * Adam ignores the scale of a loss, so the adversarial steps are weighted by their learning rates. With
 * `learningRateScales: { generator: 0 }` this is `autoencoder()`.
 *
 * @throws ArgumentError for shapes that do not match, a prior over codes of another size, options out of range, and
 *   unknown options
 */
export function adversarialAutoencoder(options: AdversarialAutoencoderOptions): AdversarialAutoencoder {
  const where = "adversarialAutoencoder()";
  checkOptions(where, schema, options);
  const { generatorLoss = "nonSaturating" } = options;
  const networks = encoderDecoder(where, options, { codes: options.latentDim });
  const { latentDim, encoder, decoder, encode, decode } = networks;
  const prior = latentSampler(where, options.prior ?? gaussianPrior({ latentDim }), latentDim);
  const critic = discriminator(where, [latentDim], options);
  const variables = () => [...networks.variables(), ...critic.variables()];
  return {
    ...networks.model("adversarialAutoencoder", { ...options, ...critic.spec, prior }),
    prior,
    discriminator: critic.network,
    phases: [
      reconstructionPhase(networks),
      {
        name: "discriminator",
        variables: critic.trainable,
        learningRateScale: critic.scales.discriminator,
        inputs: ["x"],
        schedules: {},
        loss({ x }, { rng: stream, training }) {
          const [draws, layers] = stream.split(2) as [typeof stream, typeof stream];
          const context = { training, rng: layers };
          const codes = encode(x as tf.Tensor, context);
          // Goodfellow et al. 2014, equation 1, in which the discriminator maximizes log D(z) + log(1 − D(f(x))).
          const onPrior = lossAsReal(critic.discriminate(prior.sample(draws, codes.shape[0]), context).logits);
          const onCodes = lossAsFake(critic.discriminate(codes, context).logits);
          const both = weightedSum([
            [1, onPrior],
            [1, onCodes],
          ]);
          return { loss: minimize(meanOverBatch(both)), terms: { onPrior, onCodes } };
        },
      },
      {
        name: "generator",
        variables: () => trainableWeights(encoder),
        learningRateScale: critic.scales.generator,
        inputs: ["x"],
        schedules: {},
        loss({ x }, { rng: layers, training }) {
          const context = { training, rng: layers };
          const { logits } = critic.discriminate(encode(x as tf.Tensor, context), context);
          const adversarialLoss = lossAsReal(logits);
          const minimax = weightedSum([[-1, lossAsFake(logits)]]);
          const cost = generatorLoss === "minimax" ? minimax : adversarialLoss;
          return { loss: minimize(meanOverBatch(cost)), terms: { adversarialLoss } };
        },
      },
    ],
    variables,
    encode,
    decode,
    ...networks.latentMethods(encode),
    sample: networks.sampler((stream, n) => prior.sample(stream, n)),
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
