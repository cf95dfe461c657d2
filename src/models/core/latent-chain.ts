import { checkShape } from "../../distributions/check-data";
import { standardNormal } from "../../distributions/standard-normal";
import { mlp } from "../../networks/mlp";
import type { NetworkContext } from "../../networks/network-context";
import { rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";
import { normalOf } from "../vae";
import { type EncoderDecoder, encoderDecoder } from "./encoder-decoder";
import type { LatentHierarchyOptions } from "./latent-hierarchy-options";
import { type BelowInference, type Inference, withFeatures } from "./latent-inference";
import { headOption } from "./with-head";

/** The networks of a model with several latent layers, and what they compute. */
export interface LatentChain {
  /** The encoder and the decoder. The decoder reads the lowest latent layer. */
  readonly networks: EncoderDecoder;
  /** The networks between the latent layers, by what they compute: first the inference networks, then the priors. */
  readonly between: Readonly<Record<string, tf.LayersModel>>;
  readonly prior: BelowInference["prior"];
  readonly inference: Inference;
  /** The part of q that depends only on x [batch, …data]. */
  bottomUp(x: tf.Tensor, context: NetworkContext): readonly tf.Tensor[];
  /** Frees everything that was created here, but nothing that was passed in. */
  dispose(): void;
}

/**
 * Creates the networks of a model with several latent layers.
 *
 * @param where the model's name, for errors
 * @param infer the variant's way to infer the codes
 */
export function latentChain(
  where: string,
  options: LatentHierarchyOptions,
  infer: (below: BelowInference) => Inference,
): LatentChain {
  const { latentDims, between = [128], batchNormalization = false, seed = 0 } = options;
  const top = latentDims.length - 1;
  const lowest = latentDims[0] as number;
  const seeds = rng(seed).fold(1);
  const ownEncoder =
    options.encoder === undefined && batchNormalization
      ? mlp({ inputs: options.dataShape, hidden: options.hidden ?? [512], batchNormalization, seed: seeds.fold(-1) })
      : undefined;
  const encoderOption = options.encoder ?? ownEncoder;
  const encoding = {
    ...options,
    latentDim: lowest,
    ...(encoderOption && { encoder: encoderOption, encoderHead: headOption(options.encoderHead, options.encoder) }),
  };
  const networks = encoderDecoder(where, encoding, { codes: 2 * lowest });
  const { dataShape, encoder } = networks;

  const conditional: BelowInference["conditional"] = ({ inputs, size, seed: from }) =>
    shrinkLastLayer(mlp({ inputs, hidden: between, outputs: 2 * size, batchNormalization, seed: from }));
  const priors = latentDims
    .slice(0, top)
    .map((size, l) => conditional({ inputs: latentDims[l + 1] as number, size, seed: seeds.fold(l) }));
  const prior: BelowInference["prior"] = (l, above, context) =>
    above === undefined
      ? standardNormal([latentDims[l] as number])
      : normalOf((priors[l] as tf.LayersModel).apply(above, { ...context }) as tf.Tensor2D);

  // With a single layer, the features are not used.
  const tapped = top > 0 ? withFeatures(encoder) : undefined;
  const features = tapped === undefined ? 0 : (tapped.outputs[0]?.shape.at(-1) as number);
  const width = between.at(-1) as number;
  const inference = infer({ latentDims, width, seed: seeds.fold(latentDims.length), conditional, features, prior });
  const named = {
    ...inference.networks,
    ...Object.fromEntries(priors.map((network, l) => [`p(z${l + 1} | z${l + 2})`, network])),
  };
  return {
    networks,
    between: named,
    prior,
    inference,
    bottomUp(x, context) {
      checkShape("encode()", "x", x, dataShape);
      const seen = tapped === undefined ? [x, encoder.apply(x, { ...context })] : tapped.apply(x, { ...context });
      const [read, outputs] = seen as [tf.Tensor, tf.Tensor];
      return inference.bottomUp({ features: read, outputs }, context);
    },
    dispose() {
      for (const network of Object.values(named)) network.dispose();
      networks.dispose();
      ownEncoder?.dispose();
    },
  };
}

/**
 * Scales the initial weights of a network's last layer to a tenth, so the distribution that it parameterizes starts near
 * N(0, I). Otherwise, a density that is sharp in the wrong place has gradients too large for any learning rate.
 */
function shrinkLastLayer(network: tf.LayersModel): tf.LayersModel {
  const head = network.layers.at(-1) as tf.layers.Layer;
  tf.tidy(() => head.setWeights(head.getWeights().map((weight) => tf.mul(weight, 0.1))));
  return network;
}
