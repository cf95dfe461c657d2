import type { Normal } from "../../distributions/normal";
import type { NetworkContext } from "../../networks/network-context";
import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";

/** The values of one latent layer for a batch. */
export interface LatentLayer {
  /** q of the layer, given x and the layers drawn before it. */
  readonly posterior: Normal;
  /** p(z_l | z_{l+1}); N(0, I) for the top layer. */
  readonly prior: Normal;
  /** [batch, dimensions] */
  readonly z: tf.Tensor;
}

/** The parts that a variant uses to build its inference. */
export interface BelowInference {
  readonly latentDims: readonly number[];
  /** The width of the last hidden layer between two latent layers. */
  readonly width: number;
  readonly seed: Rng;
  /** Creates a network between two latent layers that computes the mean and the log-variance of `size` dimensions. */
  conditional(options: { inputs: number; size: number; seed: Rng }): tf.LayersModel;
  /** The number of features of x, which are the inputs of the encoder's last layer. */
  readonly features: number;
  /** p(z_l | z_{l+1}) of layer l, counted from 0; N(0, I) for the top layer. */
  prior(layer: number, above: tf.Tensor | undefined, context: NetworkContext): Normal;
}

/** How the codes of x are inferred. The variants differ only in this part. */
export interface Inference {
  /** The networks other than the encoder, by what they compute. */
  readonly networks: Readonly<Record<string, tf.LayersModel>>;
  /** The part that depends only on x, computed once for any number of draws: tensors [batch, …]. */
  bottomUp(seen: { features: tf.Tensor; outputs: tf.Tensor }, context: NetworkContext): readonly tf.Tensor[];
  /** Visits the layers in the order of q; `choose` returns the code of layer l, counted from 0. */
  layers(bottomUp: readonly tf.Tensor[], choose: Choose, context: NetworkContext): readonly LatentLayer[];
  /**
   * The rate of every dimension of layer l, counted from 0, given its code and the codes before it: [batch,
   * dimensions], in nats.
   */
  ratePerDimension(layer: LatentLayer, l: number): tf.Tensor;
}

/** Returns the code of layer l, counted from 0: a draw from its posterior, or a known value. */
export type Choose = (posterior: Normal, layer: number) => tf.Tensor;

/** A network that also returns the inputs of its last layer: [features, outputs]. */
export function withFeatures(network: tf.LayersModel): tf.LayersModel {
  const read = network.layers.at(-1)?.input as tf.SymbolicTensor;
  const flat = read.shape.length === 2 ? read : (tf.layers.flatten().apply(read) as tf.SymbolicTensor);
  return tf.model({ inputs: network.inputs, outputs: [flat, network.outputs[0] as tf.SymbolicTensor] });
}
