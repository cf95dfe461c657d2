import type { Displayable } from "../../display/mime-bundle";
import { checkShape } from "../../distributions/check-data";
import type { Distribution } from "../../distributions/distribution";
import { type PerExample, perExample } from "../../distributions/per-example";
import { checkSupport } from "../../distributions/support";
import { bernoulliLikelihood } from "../../likelihoods/bernoulli-likelihood";
import type { Likelihood } from "../../likelihoods/likelihood";
import { mlp } from "../../networks/mlp";
import type { NetworkContext } from "../../networks/network-context";
import { type Rng, rng } from "../../runtime/rng";
import type { FactorySpec } from "../../runtime/spec";
import { tf } from "../../runtime/tensorflow";
import { disposeOwn, once } from "./dispose-own";
import { type LatentMethods, latentMethods, type Sampler, sampler } from "./latent-methods";
import { showsItself } from "./show-model";
import { summary } from "./summary";
import { checkInput, headOption, withHead } from "./with-head";

export type { LatentMethods, SampleOptions, Sampler } from "./latent-methods";

/** Options of every model that has an encoder and a decoder. */
export interface EncoderDecoderOptions {
  /** The shape of one example: `784`, or `[28, 28, 1]`. */
  dataShape: number | readonly number[];
  /** The number of latent dimensions. */
  latentDim: number;
  /** The hidden widths of the default encoder, in reverse order for the default decoder; defaults to [512]. */
  hidden?: readonly number[];
  /**
   * The body of the encoder, [batch, …data] → any shape; a linear head to the code's parameters is added (see `encoderHead`).
   * You own it: `dispose()` does not free it.
   */
  encoder?: tf.LayersModel;
  /**
   * The body of the decoder, [batch, latentDim] → any shape; a linear head to the likelihood's parameters is added (see
   * `decoderHead`). You own it: `dispose()` does not free it.
   */
  decoder?: tf.LayersModel;
  /**
   * Whether to add a linear head to the encoder. Defaults to true, unless the body already ends in a linear layer with exactly
   * as many outputs as the code has parameters (2 · latentDim in a VAE).
   */
  encoderHead?: boolean;
  /**
   * Whether to add a linear head to the decoder. Defaults to true, unless the body already ends in a linear layer with the
   * shape of the data (or with as many outputs as the likelihood has parameters). If the body ends in that shape with another
   * activation, such as a sigmoid, you must set this option.
   */
  decoderHead?: boolean;
  /** p(x | z); defaults to `bernoulliLikelihood()`, for data in {0, 1}. */
  likelihood?: Likelihood;
  /**
   * The seed of the initial weights of the networks and heads that the model creates; defaults to 0. It does not change
   * networks that you pass in; use `initialize(network, rng(seed))` for those.
   */
  seed?: number;
}

/** The sizes of the two networks, where models differ. */
export interface NetworkSizes {
  /** The encoder's outputs: 2 · latentDim for a mean and a log-variance, latentDim for a code without noise. */
  codes: number;
  /** The number of additional inputs, concatenated to x (flattened) and to z: the size of a condition; defaults to 0. */
  condition?: number;
  /** Which networks receive the condition; defaults to both. */
  conditioned?: "both" | "decoder";
}

/** The members of every model with an encoder and a decoder. */
export interface EncoderDecoderModel extends Displayable {
  readonly spec: FactorySpec;
  readonly dataShape: readonly number[];
  readonly latentDim: number;
  readonly likelihood: Likelihood;
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
  /** All variables that training changes. */
  variables(): tf.Variable[];
  /** Checks data once, before they are used: their shape, and that values are within the likelihood's support. */
  check(where: string, batch: Readonly<Record<string, tf.Tensor>>): void;
  /** A text summary of the networks and the number of trained parameters. */
  summary(): string;
  /**
   * Frees everything that the model created: networks, heads, and the variables of its likelihood and prior. Networks that you
   * passed in are not freed; only the head is. A second call does nothing.
   */
  dispose(): void;
}

/** An encoder, a decoder and a likelihood: the parts that models are built from. */
export interface EncoderDecoder extends Omit<EncoderDecoderModel, "spec"> {
  /** The variables that gradients change. */
  trainable(): tf.Variable[];
  /** Both networks and the likelihood as options that create the same model again. */
  readonly spec: EncoderDecoderOptions;
  /**
   * The members that every such model has. A model adds its own members or replaces some.
   *
   * @param factory the public function that creates it from `options`
   */
  model(factory: string, options: object): EncoderDecoderModel;
  /** The encoder's outputs for x [batch, …data], with a condition [batch, …] if there is one: [batch, codes]. */
  encode(x: tf.Tensor, context?: NetworkContext, condition?: tf.Tensor): tf.Tensor2D;
  /** p(x | z) for z [batch, latentDim], with a condition [batch, …] if there is one. */
  decode(z: tf.Tensor, context?: NetworkContext, condition?: tf.Tensor): Distribution;
  /** −log p(x | z), [batch], nats; in training, the likelihood first adapts to the batch. */
  distortion(x: tf.Tensor, decoded: Distribution, training: boolean): PerExample;
  /** The methods `embed()`, `reconstruct()` and `interpolate()`, given the code [batch, latentDim] of a batch. */
  latentMethods(code: (x: tf.Tensor) => tf.Tensor): LatentMethods;
  /** The method `sample()` of a model, given a function that draws codes [n, latentDim]. */
  sampler(draw: (rng: Rng, n: number) => tf.Tensor): Sampler["sample"];
}

/**
 * Creates the networks of a model.
 *
 * @param where the model's name, for errors
 * @param options checked by the model (`encoderDecoderRules`)
 * @throws ArgumentError for shapes that do not match
 */
export function encoderDecoder(where: string, options: EncoderDecoderOptions, sizes: NetworkSizes): EncoderDecoder {
  const { latentDim, likelihood = bernoulliLikelihood() } = options;
  const dataShape = typeof options.dataShape === "number" ? [options.dataShape] : options.dataShape;
  const { encoder, decoder } = makeNetworks(where, { ...options, likelihood }, dataShape, sizes);

  const beside = (x: tf.Tensor, given: tf.Tensor | undefined): tf.Tensor =>
    given === undefined ? x : tf.concat([x.reshape([x.shape[0] as number, -1]), given], 1);
  const encode: EncoderDecoder["encode"] = (x, context = {}, given) => {
    checkShape("encode()", "x", x, dataShape);
    return encoder.apply(beside(x, given), { ...context }) as tf.Tensor2D;
  };
  const decode: EncoderDecoder["decode"] = (z, context = {}, given) => {
    checkShape("decode()", "z", z, [latentDim]);
    return likelihood.distribution(decoder.apply(beside(z, given), { ...context }) as tf.Tensor2D, dataShape);
  };
  const variables = () => [...weights(encoder, decoder), ...likelihood.variables];
  const trainable = () => [
    ...trainableWeights(encoder, decoder),
    ...likelihood.variables.filter((variable) => variable.trainable),
  ];
  const spec = { dataShape, latentDim, likelihood, encoder, decoder, encoderHead: false, decoderHead: false };
  const facts = {
    ...showsItself,
    dataShape,
    latentDim,
    likelihood,
    encoder,
    decoder,
    variables,
    check: (at, { x }) => checkExamples(at, "x", x as tf.Tensor, dataShape, likelihood),
    summary: () => summary(trainable(), { encoder, decoder }),
    dispose: once(() => {
      disposeOwn(encoder, options.encoder);
      disposeOwn(decoder, options.decoder);
      likelihood.dispose?.();
    }),
  } satisfies Omit<EncoderDecoderModel, "spec">;
  return {
    ...facts,
    spec,
    model: (factory, given) => ({ ...facts, spec: { factory, options: { ...given, ...spec } } }),
    trainable,
    encode,
    decode,
    distortion(x, decoded, training) {
      if (training) likelihood.adapt?.(decoded, x);
      return perExample(tf.neg(decoded.logProb(x)));
    },
    latentMethods: (code) => latentMethods(dataShape, decode, code),
    sampler: (draw) => sampler(decode, draw),
  };
}

/** Creates the encoder and the decoder with their heads. */
function makeNetworks(
  where: string,
  options: EncoderDecoderOptions & { likelihood: Likelihood },
  dataShape: readonly number[],
  { codes, condition = 0, conditioned = "both" }: NetworkSizes,
) {
  const { latentDim, hidden = [512], likelihood, seed = 0 } = options;
  const components = tf.util.sizeFromShape([...dataShape]);
  const inputs = condition === 0 || conditioned === "decoder" ? dataShape : [components + condition];
  const [bodies, encoderSeed, decoderSeed] = rng(seed).split(3) as [Rng, Rng, Rng];
  const encoderHead = headOption(options.encoderHead, options.encoder);
  const decoderHead = headOption(options.decoderHead, options.decoder);
  const encoderBody = options.encoder ?? mlp({ inputs, hidden, seed: bodies.fold(0) });
  const decoderBody =
    options.decoder ?? mlp({ inputs: latentDim + condition, hidden: hidden.toReversed(), seed: bodies.fold(1) });
  checkInput(where, "encoder", encoderBody, inputs);
  checkInput(where, "decoder", decoderBody, [latentDim + condition]);
  const encoder = withHead(`${where} encoder`, encoderBody, codes, encoderHead, encoderSeed, { option: "encoderHead" });
  const outputs = components * likelihood.outputsPerComponent;
  const decoder = withHead(`${where} decoder`, decoderBody, outputs, decoderHead, decoderSeed, {
    option: "decoderHead",
    ...(likelihood.outputsPerComponent === 1 && { shape: dataShape }),
  });
  return { encoder, decoder };
}

/** Checks data before they are used: their shape, and that the likelihood has a density for every value. */
export function checkExamples(
  where: string,
  argument: string,
  x: tf.Tensor,
  dataShape: readonly number[],
  { support, advice }: Likelihood,
): void {
  checkShape(where, argument, x, dataShape);
  checkSupport(support, x, where, argument, advice);
}

/** The variables of networks. */
export const weights = (...networks: tf.LayersModel[]): tf.Variable[] =>
  networks.flatMap((network) => network.weights.map((weight) => weight.read() as tf.Variable));

/** The variables that gradients change: this excludes moving averages and the weights of frozen layers. */
export const trainableWeights = (...networks: tf.LayersModel[]): tf.Variable[] =>
  networks.flatMap((network) => network.trainableWeights.map((weight) => weight.read() as tf.Variable));
