import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { weightedSum } from "../objectives/weighted-sum";
import { gaussianPrior } from "../priors/gaussian-prior";
import { checkPrior, type LatentPrior } from "../priors/latent-prior";
import { ArgumentError } from "../runtime/argument-error";
import { rng } from "../runtime/rng";
import type { tf } from "../runtime/tensorflow";
import type { Autoencoder } from "./autoencoder";
import { type DiscriminatorOptions, discriminator, lossAsFake, lossAsReal } from "./core/discriminator";
import { type EncoderDecoderOptions, encoderDecoder, type Sampler, trainableWeights } from "./core/encoder-decoder";
import { summary } from "./core/summary";

/** Options of `adversarialAutoencoder()`. */
export interface AdversarialAutoencoderOptions extends EncoderDecoderOptions, DiscriminatorOptions {
  /** What the codes are to be distributed like; defaults to `gaussianPrior({ latent })`. */
  prior?: LatentPrior;
  /**
   * What the generator step minimizes: `"nonSaturating"`, −log D of the codes, or `"minimax"`, log(1 − D), whose gradient
   * vanishes where the discriminator is sure (Goodfellow et al. 2014, section 3). Defaults to "nonSaturating".
   */
  generatorLoss?: "nonSaturating" | "minimax";
}

/** An adversarial autoencoder; made by `adversarialAutoencoder()`. */
export interface AdversarialAutoencoder extends Omit<Autoencoder, "phases">, Sampler {
  readonly prior: LatentPrior;
  readonly discriminator: tf.LayersModel;
  /**
   * What `fit` needs. "reconstruction" trains encoder and decoder; "discriminator" trains the discriminator, with what it
   * pays for draws of the prior (`onPrior`) and for codes (`onCodes`); "generator" trains the encoder, with what it pays for
   * codes that are not taken for draws of the prior (`adversarialLoss`). All in nats per example; log 2 = 0.69 is the cost of not
   * knowing.
   */
  readonly phases: readonly [
    Phase<"reconstruction", "distortion">,
    Phase<"discriminator", "onPrior" | "onCodes">,
    Phase<"generator", "adversarialLoss">,
  ];
}

/**
 * An adversarial autoencoder (Makhzani et al. 2016) with an encoder without noise: three steps on every batch, one that
 * reconstructs, one in which a discriminator learns to tell codes from draws of the prior, and one in which the encoder
 * learns to deceive it. The prior need not have a density: only draws from it are used.
 *
 * Adam takes no notice of the scale of a loss, so that the adversarial part is weighed by the learning rates of its steps:
 * with `learningRateScales: { generator: 0 }` this is `autoencoder()`.
 *
 * @throws ArgumentError for shapes that do not fit, a prior of other codes, and options out of range
 */
export function adversarialAutoencoder(options: AdversarialAutoencoderOptions): AdversarialAutoencoder {
  const where = "adversarialAutoencoder()";
  const { generatorLoss = "nonSaturating" } = options;
  if (generatorLoss !== "nonSaturating" && generatorLoss !== "minimax") {
    throw new ArgumentError(where, "generatorLoss", generatorLoss, '"nonSaturating" or "minimax"');
  }
  const networks = encoderDecoder(where, options, { codes: options.latentDim });
  const { latentDim, encoder, decoder, encode, decode } = networks;
  const prior = options.prior ?? gaussianPrior({ latentDim });
  checkPrior(where, prior, latentDim, rng(0));
  const critic = discriminator(where, [latentDim], options);
  const variables = () => [...networks.variables(), ...critic.variables()];
  return {
    ...networks.model("adversarialAutoencoder", { ...options, ...critic.spec, prior }),
    prior,
    discriminator: critic.network,
    phases: [
      {
        name: "reconstruction",
        variables: networks.trainable,
        loss({ x }, { rng: layers, training }) {
          const code = encode(x as tf.Tensor, { training, rng: layers });
          const decoded = decode(code, { training, rng: layers });
          const distortion = networks.distortion(x as tf.Tensor, decoded, training);
          return { loss: minimize(meanOverBatch(distortion)), terms: { distortion } };
        },
      },
      {
        name: "discriminator",
        variables: critic.trainable,
        learningRateScale: critic.scales.discriminator,
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
    dispose() {
      networks.dispose();
      critic.dispose();
    },
  };
}
