import type { Distribution } from "../distributions/distribution";
import type { NetworkContext } from "../networks/network-context";
import type { Phase } from "../objectives/phase";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { tf } from "../runtime/tensorflow";
import {
  type EncoderDecoderModel,
  type EncoderDecoderOptions,
  encoderDecoder,
  type LatentMethods,
} from "./core/encoder-decoder";
import { encoderDecoderRules } from "./core/encoder-decoder-rules";
import { reconstructionPhase } from "./core/reconstruction-phase";

/** An autoencoder without noise; made by `autoencoder()`. */
export interface Autoencoder extends EncoderDecoderModel, LatentMethods {
  /** For `fit`: one phase, "reconstruction", with the one term `distortion`. */
  readonly phases: readonly Phase<"reconstruction", "distortion">[];
  /** The code of x [batch, …data]: [batch, latent]. */
  encode(x: tf.Tensor, context?: NetworkContext): tf.Tensor2D;
  /** p(x | z) of z [batch, latent]. */
  decode(z: tf.Tensor, context?: NetworkContext): Distribution;
}

const schema = optionsSchema<EncoderDecoderOptions>(encoderDecoderRules);

/**
 * An autoencoder: a code z = f(x) and a decoder p(x | z), trained to minimize the distortion −log p(x | f(x)) and nothing
 * else. It is a VAE without noise and without a prior, and not a model of the data: nothing says which codes may occur.
 *
 * @throws ArgumentError for shapes that do not fit, options out of range, and unknown options
 */
export function autoencoder(options: EncoderDecoderOptions): Autoencoder {
  checkOptions("autoencoder()", schema, options);
  const networks = encoderDecoder("autoencoder()", options, { codes: options.latentDim });
  const { encode, decode } = networks;
  return {
    ...networks.model("autoencoder", options),
    phases: [reconstructionPhase(networks)],
    encode,
    decode,
    ...networks.latentMethods(encode),
  };
}
