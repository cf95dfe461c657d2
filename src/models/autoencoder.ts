import type { Distribution } from "../distributions/distribution";
import type { NetworkContext } from "../networks/network-context";
import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import type { tf } from "../runtime/tensorflow";
import {
  type EncoderDecoderModel,
  type EncoderDecoderOptions,
  encoderDecoder,
  type LatentMethods,
} from "./core/encoder-decoder";

/** An autoencoder without noise; made by `autoencoder()`. */
export interface Autoencoder extends EncoderDecoderModel, LatentMethods {
  /** What `fit` needs: one phase, "reconstruction", with the one term `distortion`. */
  readonly phases: readonly Phase<"reconstruction", "distortion">[];
  /** The code of x [batch, …data]: [batch, latent]. */
  encode(x: tf.Tensor, context?: NetworkContext): tf.Tensor2D;
  /** p(x | z) of z [batch, latent]. */
  decode(z: tf.Tensor, context?: NetworkContext): Distribution;
}

/**
 * An autoencoder: a code z = f(x) and a decoder p(x | z), trained to minimize the distortion −log p(x | f(x)) and nothing
 * else. It is what is left of a VAE without noise and without a prior, and no model of the data: nothing says which codes
 * may occur.
 *
 * @throws ArgumentError for shapes that do not fit
 */
export function autoencoder(options: EncoderDecoderOptions): Autoencoder {
  const networks = encoderDecoder("autoencoder()", options, { codes: options.latentDim });
  const { encode, decode } = networks;
  return {
    ...networks.model("autoencoder", options),
    phases: [
      {
        name: "reconstruction",
        variables: networks.trainable,
        loss(batch, { rng: layers, training }) {
          const x = batch.x as tf.Tensor;
          const code = encode(x, { training, rng: layers });
          const distortion = networks.distortion(x, decode(code, { training, rng: layers }), training);
          return { loss: minimize(meanOverBatch(distortion)), terms: { distortion } };
        },
      },
    ],
    encode,
    decode,
    ...networks.latentMethods(encode),
  };
}
