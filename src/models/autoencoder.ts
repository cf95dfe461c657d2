import type { Distribution } from "../distributions/distribution";
import { minimise } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { tf } from "../runtime/tensorflow";
import { type EncoderDecoderOptions, encoderDecoder, type Views } from "./encoder-decoder";
import type { Likelihood } from "./likelihood";
import type { Made } from "./made";
import type { NetworkContext, TrainedPhase } from "./trained-phase";

/** An autoencoder without noise; made by `autoencoder()`. */
export interface Autoencoder extends Views {
  readonly made: Made;
  readonly dataShape: readonly number[];
  readonly latent: number;
  readonly likelihood: Likelihood;
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
  /** What `fit` needs: one phase, "reconstruction", with the one term `distortion`. */
  readonly phases: readonly TrainedPhase<"reconstruction", "distortion">[];
  variables(): tf.Variable[];
  check(where: string, batch: Readonly<Record<string, tf.Tensor>>): void;
  /** The code of x [batch, …data]: [batch, latent]. */
  encode(x: tf.Tensor, context?: NetworkContext): tf.Tensor2D;
  /** p(x | z) of z [batch, latent]. */
  decode(z: tf.Tensor, context?: NetworkContext): Distribution;
  /** The networks and the number of trained parameters, as text. */
  summary(): string;
  dispose(): void;
}

/**
 * An autoencoder: a code z = f(x) and a decoder p(x | z), trained to minimise the distortion −log p(x | f(x)) and nothing
 * else. It is what is left of a VAE without noise and without a prior, and no model of the data: nothing says which codes
 * may occur.
 *
 * @throws ArgumentError for shapes that do not fit
 */
export function autoencoder(options: EncoderDecoderOptions): Autoencoder {
  const networks = encoderDecoder("autoencoder()", options, { codes: options.latent });
  const { dataShape, latent, likelihood, encoder, decoder, variables, encode, decode } = networks;
  return {
    made: { by: "autoencoder", options: { ...options, ...networks.made } },
    dataShape,
    latent,
    likelihood,
    encoder,
    decoder,
    phases: [
      {
        name: "reconstruction",
        variables: networks.trainable,
        loss(batch, { rng: layers, training }) {
          const x = batch.x as tf.Tensor;
          const code = encode(x, { training, rng: layers });
          const distortion = networks.distortion(x, decode(code, { training, rng: layers }), training);
          return { loss: minimise(meanOverBatch(distortion)), terms: { distortion } };
        },
      },
    ],
    variables,
    check: networks.check,
    encode,
    decode,
    ...networks.views(encode),
    summary: networks.summary,
    dispose: networks.dispose,
  };
}
