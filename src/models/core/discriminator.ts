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
   * The body of the discriminator, [batch, …inputs] → any shape; a linear head to one logit is added. It stays yours:
   * `dispose()` leaves it alone.
   */
  discriminator?: tf.LayersModel;
  /**
   * Whether a linear head is put on the discriminator. Defaults to true, except for a body that ends in exactly one logit from a linear
   * layer: it needs none.
   */
  discriminatorHead?: boolean;
  /** The hidden widths of the discriminator that is made when you pass none; defaults to [128, 128]. */
  discriminatorHidden?: readonly number[];
  /** The factors on the learning rate in the steps of the discriminator and of the generator; both default to 1. */
  learningRateScales?: LearningRateScales;
}

/** The rules of these options, for the schemas of models that have a discriminator. */
export const discriminatorRules: OptionRules<DiscriminatorOptions> = {
  discriminator: networkRule.optional(),
  discriminatorHead: flag.optional(),
  discriminatorHidden: sizes({ empty: true }).optional(),
  learningRateScales: checkedElsewhere.optional(),
};

/** Factors on the learning rate of `fit`, of at least 0; 0 switches a step off. */
export interface LearningRateScales {
  /** Defaults to 1. */
  discriminator?: number;
  /** Of whatever the discriminator judges; defaults to 1. */
  generator?: number;
}

const scalesSchema = optionsSchema<LearningRateScales>({
  discriminator: nonNegative.optional(),
  generator: nonNegative.optional(),
});

/** A network that tells two kinds of inputs apart, real ones (logit above 0) and generated ones (below 0). */
export interface Discriminator {
  readonly network: tf.LayersModel;
  readonly variables: () => tf.Variable[];
  readonly trainable: () => tf.Variable[];
  readonly scales: Required<LearningRateScales>;
  /** The options that make the same discriminator again. */
  readonly spec: DiscriminatorOptions;
  /** The logits [batch] of inputs, and the features [batch, …] from which its last layer computes them. */
  discriminate(inputs: tf.Tensor, context: NetworkContext): { logits: tf.Tensor1D; features: tf.Tensor };
  dispose(): void;
}

/**
 * Makes a discriminator. The options of the model are checked before; only `learningRateScales` is checked here.
 *
 * @param inputs the shape of one input
 * @throws ArgumentError for a network that does not fit, and factors out of range
 */
export function discriminator(
  where: string,
  inputs: readonly number[],
  options: DiscriminatorOptions & { seed?: number },
): Discriminator {
  const { discriminatorHidden = [128, 128], learningRateScales = {}, seed = 0 } = options;
  checkOptions(where, scalesSchema, learningRateScales, "learningRateScales");
  const scales = { discriminator: learningRateScales.discriminator ?? 1, generator: learningRateScales.generator ?? 1 };
  // Apart from the streams of the encoder and the decoder, which split the same seed.
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
