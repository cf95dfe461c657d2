import { type PerExample, perExample } from "../../distributions/per-example";
import { mlp } from "../../networks/mlp";
import type { NetworkContext } from "../../networks/network-context";
import { networkRule } from "../../networks/network-rules";
import { checkOptions, type OptionRules, optionsSchema } from "../../runtime/check-options";
import { type Rng, rng } from "../../runtime/rng";
import { checkedElsewhere, flag, nonNegative, sizes } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import { disposeOwn, once } from "./dispose-own";
import { trainableWeights, weights } from "./encoder-decoder";
import { checkInput, headOption, withHead } from "./with-head";

/** Options of every model that has a discriminator. */
export interface DiscriminatorOptions {
  /**
   * The body of the discriminator, [batch, …inputs] → any shape; a linear head to one logit is added. You own it:
   * `dispose()` does not free it.
   */
  discriminator?: tf.LayersModel;
  /**
   * Whether to add a linear head to the discriminator. Defaults to true, unless the body already ends in a linear layer with
   * exactly one output.
   */
  discriminatorHead?: boolean;
  /** The hidden widths of the default discriminator; defaults to [128, 128]. */
  discriminatorHidden?: readonly number[];
  /** Factors on the learning rate for the steps of the discriminator and of the generator; both default to 1. */
  learningRateScales?: LearningRateScales;
}

/** The rules of these options, for the schemas of models that have a discriminator. */
export const discriminatorRules: OptionRules<DiscriminatorOptions> = {
  discriminator: networkRule.optional(),
  discriminatorHead: flag.optional(),
  discriminatorHidden: sizes({ empty: true }).optional(),
  learningRateScales: checkedElsewhere.optional(),
};

/** Factors on the learning rate of `fit`, at least 0; 0 disables a step. */
export interface LearningRateScales {
  /** Defaults to 1. */
  discriminator?: number;
  /** For the network that the discriminator judges; defaults to 1. */
  generator?: number;
}

const scalesSchema = optionsSchema<LearningRateScales>({
  discriminator: nonNegative.optional(),
  generator: nonNegative.optional(),
});

/** A network that tells real inputs (logit above 0) from generated inputs (logit below 0). */
export interface Discriminator {
  readonly network: tf.LayersModel;
  readonly variables: () => tf.Variable[];
  readonly trainable: () => tf.Variable[];
  readonly scales: Required<LearningRateScales>;
  /** The options that create the same discriminator. */
  readonly spec: DiscriminatorOptions;
  /** The logits [batch] of inputs, and the features [batch, …] that are the input of the last layer. */
  discriminate(inputs: tf.Tensor, context: NetworkContext): { logits: tf.Tensor1D; features: tf.Tensor };
  dispose(): void;
}

/**
 * Creates a discriminator. The model has already checked its options; only `learningRateScales` is checked here.
 *
 * @param inputs the shape of one input
 * @throws ArgumentError for a network that does not match the inputs, and factors out of range
 */
export function discriminator(
  where: string,
  inputs: readonly number[],
  options: DiscriminatorOptions & { seed?: number },
): Discriminator {
  const { discriminatorHidden = [128, 128], learningRateScales = {}, seed = 0 } = options;
  checkOptions(where, scalesSchema, learningRateScales, "learningRateScales");
  const scales = { discriminator: learningRateScales.discriminator ?? 1, generator: learningRateScales.generator ?? 1 };
  // Separate from the streams of the encoder and the decoder, which split the same seed.
  const [bodySeed, headSeed] = rng(seed).fold(1).split(2) as [Rng, Rng];
  const body = options.discriminator ?? mlp({ inputs, hidden: discriminatorHidden, seed: bodySeed });
  checkInput(where, "discriminator", body, inputs);
  const head = headOption(options.discriminatorHead, options.discriminator);
  const network = withHead(`${where} discriminator`, body, 1, head, headSeed, { option: "discriminatorHead" });
  const last = network.layers.at(-1)?.input as tf.SymbolicTensor;
  const both = tf.model({ inputs: network.inputs, outputs: [...network.outputs, last] });
  const variables = () => weights(network);
  return {
    network,
    variables,
    trainable: () => trainableWeights(network),
    scales,
    spec: { discriminator: network, discriminatorHead: false, learningRateScales: scales },
    discriminate(judged, context) {
      const [logits, features] = both.apply(judged, { ...context }) as [tf.Tensor, tf.Tensor];
      return { logits: tf.reshape(logits, [-1]), features };
    },
    dispose: once(() => disposeOwn(network, options.discriminator)),
  };
}

/** −log D of logits [batch], the loss for inputs that are real: −log sigmoid(l) = softplus(−l), in nats. */
export const lossAsReal = (logits: tf.Tensor1D): PerExample => perExample(tf.softplus(tf.neg(logits)));

/** −log(1 − D) of logits [batch], the loss for inputs that are generated: −log(1 − sigmoid(l)) = softplus(l), in nats. */
export const lossAsFake = (logits: tf.Tensor1D): PerExample => perExample(tf.softplus(logits));
