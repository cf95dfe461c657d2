import { type PerExample, perExample } from "../../distributions/per-example";
import { mlp } from "../../networks/mlp";
import type { NetworkContext } from "../../networks/network-context";
import { ArgumentError } from "../../runtime/argument-error";
import { checkSizes } from "../../runtime/check-sizes";
import { type Rng, rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";
import { trainableWeights, weights } from "./encoder-decoder";
import { checkInput, withHead } from "./with-head";

/** Options of every model that has a discriminator. */
export interface DiscriminatorOptions {
  /** The body of the discriminator, [batch, …inputs] → any shape; a linear head to one logit is added. */
  discriminator?: tf.LayersModel;
  /** Set to false where the discriminator itself ends in one logit, from a layer of its own; defaults to true. */
  discriminatorHead?: boolean;
  /** The hidden widths of the discriminator that is made when none is given; defaults to [128, 128]. */
  discriminatorHidden?: readonly number[];
  /** The factors on the learning rate in the steps of the discriminator and of what it judges; both default to 1. */
  learningRateScales?: LearningRateScales;
}

/** Factors on the learning rate of `fit`, of at least 0; 0 switches a step off. */
export interface LearningRateScales {
  discriminator?: number;
  generator?: number;
}

/** A network that tells two kinds of inputs apart, the real ones (logit above 0) and the made ones (below). */
export interface Discriminator {
  readonly network: tf.LayersModel;
  readonly variables: () => tf.Variable[];
  readonly trainable: () => tf.Variable[];
  readonly scales: Required<LearningRateScales>;
  /** The network as options, from which the same is made again. */
  readonly spec: DiscriminatorOptions;
  /** What it makes of inputs: their logits [batch], and the features [batch, …] from which its last layer computes them. */
  discriminate(inputs: tf.Tensor, context: NetworkContext): { logits: tf.Tensor1D; features: tf.Tensor };
  dispose(): void;
}

/**
 * Makes a discriminator.
 *
 * @param inputs the shape of one input
 * @throws ArgumentError for a network that does not fit, and factors out of range
 */
export function discriminator(
  where: string,
  inputs: readonly number[],
  options: DiscriminatorOptions & { seed?: number },
): Discriminator {
  const { discriminatorHidden = [128, 128], discriminatorHead = true, learningRateScales = {}, seed = 0 } = options;
  checkSizes(where, "discriminatorHidden", discriminatorHidden, { empty: true });
  const scales = { discriminator: 1, generator: 1, ...learningRateScales };
  for (const [name, scale] of Object.entries(scales)) {
    if (scale >= 0 && scale < Number.POSITIVE_INFINITY) continue;
    throw new ArgumentError(where, `learningRateScales.${name}`, scale, "a finite number of at least 0");
  }
  // Apart from the streams of the encoder and the decoder, which split the same seed.
  const [bodySeed, headSeed] = rng(seed).fold(1).split(2) as [Rng, Rng];
  const body = options.discriminator ?? mlp({ inputs, hidden: discriminatorHidden, seed: bodySeed });
  checkInput(where, "discriminator", body, inputs);
  const network = withHead(`${where} discriminator`, body, 1, discriminatorHead, headSeed);
  const last = network.layers.at(-1)?.input as tf.SymbolicTensor;
  const both = tf.model({ inputs: network.inputs, outputs: [...network.outputs, last] });
  const variables = () => weights(network);
  return {
    network,
    variables,
    trainable: () => trainableWeights(network),
    scales,
    spec: { discriminator: network, discriminatorHead: false, learningRateScales: scales },
    discriminate(given, context) {
      const [logits, features] = both.apply(given, { ...context }) as [tf.Tensor, tf.Tensor];
      return { logits: tf.reshape(logits, [-1]), features };
    },
    dispose: () => void network.dispose(),
  };
}

/** −log D of logits [batch], the cost of not taking inputs for real: −log sigmoid(l) = softplus(−l), in nats. */
export const lossAsReal = (logits: tf.Tensor1D): PerExample => perExample(tf.softplus(tf.neg(logits)));

/** −log(1 − D) of logits [batch], the cost of not taking inputs for made: −log(1 − sigmoid(l)) = softplus(l), in nats. */
export const lossAsFake = (logits: tf.Tensor1D): PerExample => perExample(tf.softplus(logits));
