import { checkOptions, optionsSchema } from "../runtime/check-options";
import { type Rng, rng } from "../runtime/rng";
import { flag, instance, oneOf, sizes, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { type Activation, activations } from "./activation";
import { checkRandomLayers } from "./check-random-layers";
import { initialize } from "./initialize";
import { seedOrStreamRule, shapeRule } from "./network-rules";

/** Options of `mlp()`. */
export interface MlpOptions {
  /** The number of inputs per example, or their shape, which is flattened: `784` or `[28, 28, 1]`. */
  inputs: number | readonly number[];
  /** One layer that the inputs (flattened) pass through first: `logCounts()`, `dropout({ rate: 0.2 })`; defaults to none. */
  first?: tf.layers.Layer;
  /** The widths of the hidden layers, in order; may be empty. */
  hidden: readonly number[];
  /** The number of outputs, without an activation; omit it to end with the last hidden layer. */
  outputs?: number;
  /** The activation of the hidden layers; defaults to "relu". */
  activation?: Activation;
  /** Whether each hidden layer uses batch normalization before its activation; defaults to false. */
  batchNormalization?: boolean;
  /** A seed or a stream for the initial weights; defaults to 0. */
  seed?: number | Rng;
}

const schema = optionsSchema<MlpOptions>({
  inputs: shapeRule,
  first: instance(
    tf.layers.Layer,
    "one layer of tf.layers or of this library, such as dropout({ rate: 0.2 })",
  ).optional(),
  hidden: sizes({ empty: true }),
  outputs: wholeNumber().optional(),
  activation: oneOf(...activations).optional(),
  batchNormalization: flag.optional(),
  seed: seedOrStreamRule.optional(),
});

/**
 * A multilayer perceptron: [batch, …inputs] → [batch, outputs].
 *
 * @throws ArgumentError for widths that are not whole numbers of at least 1, a first layer with random numbers that
 *   cannot be seeded, and unknown options
 */
export function mlp(options: MlpOptions): tf.LayersModel {
  checkOptions("mlp()", schema, options);
  const { inputs, first, hidden, outputs, activation = "relu", batchNormalization = false, seed = 0 } = options;
  const inputShape = typeof inputs === "number" ? [inputs] : inputs;
  if (first !== undefined) checkRandomLayers("mlp()", "first layer", first);
  const input = tf.input({ shape: [...inputShape] });
  let layer = inputShape.length === 1 ? input : apply(tf.layers.flatten(), input);
  if (first !== undefined) layer = apply(first, layer);
  for (const units of hidden) {
    const dense = batchNormalization ? { units, useBias: false } : { units, activation };
    layer = apply(tf.layers.dense({ ...dense, ...blank }), layer);
    if (batchNormalization) layer = apply(tf.layers.activation({ activation }), apply(normalization(), layer));
  }
  if (outputs !== undefined) layer = apply(tf.layers.dense({ units: outputs, ...blank }), layer);
  const model = tf.model({ inputs: input, outputs: layer });
  initialize(model, typeof seed === "number" ? rng(seed) : seed);
  return model;
}

/** The weights are zero until `initialize` draws them. */
const blank = { kernelInitializer: "zeros" } as const;

/**
 * Batch normalization (Ioffe & Szegedy 2015). Its moving averages cover about ten steps. With the default of tf.layers, about
 * a hundred steps, they would still depend on the untrained network after a short training run.
 */
const normalization = (): tf.layers.Layer => tf.layers.batchNormalization({ momentum: 0.9 });

const apply = (layer: tf.layers.Layer, input: tf.SymbolicTensor): tf.SymbolicTensor =>
  layer.apply(input) as tf.SymbolicTensor;
