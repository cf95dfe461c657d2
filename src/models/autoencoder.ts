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

/** A deterministic autoencoder, created by `autoencoder()`. */
export interface Autoencoder extends EncoderDecoderModel, LatentMethods {
  /** For `fit`: one phase, "reconstruction", with a single term, `distortion`. */
  readonly phases: readonly Phase<"reconstruction", "distortion">[];
  /** The code of x [batch, …data]: [batch, latentDim]. */
  encode(x: tf.Tensor, context?: NetworkContext): tf.Tensor2D;
  /** p(x | z) for z [batch, latentDim]. */
  decode(z: tf.Tensor, context?: NetworkContext): Distribution;
}

const schema = optionsSchema<EncoderDecoderOptions>(encoderDecoderRules);

/**
 * An autoencoder: a code z = f(x) and a decoder p(x | z), trained only to minimize the distortion −log p(x | f(x)), in
 * nats per example. It is a VAE without noise and without a prior. It is not a generative model, because it does not
 * define a distribution of codes.
 *
 * @throws ArgumentError for shapes that do not match, options out of range, and unknown options
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
