import { checkData, checkShape } from "../../distributions/check-data";
import type { Distribution } from "../../distributions/distribution";
import { type PerExample, perExample } from "../../distributions/per-example";
import { supports } from "../../distributions/support";
import { bernoulliLikelihood } from "../../likelihoods/bernoulli-likelihood";
import type { Likelihood } from "../../likelihoods/likelihood";
import { mlp } from "../../networks/mlp";
import type { NetworkContext } from "../../networks/network-context";
import { ArgumentError } from "../../runtime/argument-error";
import { checkSizes } from "../../runtime/check-sizes";
import { inBatches } from "../../runtime/in-batches";
import { type Rng, rng } from "../../runtime/rng";
import type { FactorySpec } from "../../runtime/spec";
import { tf } from "../../runtime/tensorflow";
import { summary } from "./summary";
import { checkInput, withHead } from "./with-head";

/** Options of every model that has an encoder and a decoder. */
export interface EncoderDecoderOptions {
  /** The shape of one example: `784`, or `[28, 28, 1]`. */
  dataShape: number | readonly number[];
  /** The number of latent dimensions. */
  latentDim: number;
  /** The hidden widths of the encoder that is made when none is given, reversed in the decoder; defaults to [512]. */
  hidden?: readonly number[];
  /** The body of the encoder, [batch, …data] → any shape; a linear head to the code's parameters is added. */
  encoder?: tf.LayersModel;
  /** The body of the decoder, [batch, latent] → any shape; a linear head to the likelihood's parameters is added. */
  decoder?: tf.LayersModel;
  /** Set to false where the encoder itself ends in the code's parameters; defaults to true. */
  encoderHead?: boolean;
  /** Set to false where the decoder itself ends in the likelihood's parameters; defaults to true. */
  decoderHead?: boolean;
  /** p(x | z); defaults to `bernoulliLikelihood()`, for data in {0, 1}. */
  likelihood?: Likelihood;
  /** The seed of the initial weights; defaults to 0. */
  seed?: number;
}

/** How the two networks differ from those of a plain VAE. */
export interface NetworkSizes {
  /** The encoder's outputs: 2 · latent for a mean and a log-variance, latent for a code without noise. */
  codes: number;
  /** What is put beside x (flattened) and beside z as further inputs: the numbers of a condition; defaults to 0. */
  condition?: number;
  /** Which networks are given the condition; defaults to both. */
  conditioned?: "both" | "decoder";
}

/** What every model with an encoder and a decoder has. */
export interface EncoderDecoderModel {
  readonly spec: FactorySpec;
  readonly dataShape: readonly number[];
  readonly latentDim: number;
  readonly likelihood: Likelihood;
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
  /** Everything that training changes. */
  variables(): tf.Variable[];
  /** Checks data once, before they are used: shape, and values within the likelihood's support. */
  check(where: string, batch: Readonly<Record<string, tf.Tensor>>): void;
  /** The networks and the number of trained parameters, as text. */
  summary(): string;
  dispose(): void;
}

/** An encoder, a decoder, and what their outputs mean: what models are composed of. */
export interface EncoderDecoder extends Omit<EncoderDecoderModel, "spec"> {
  /** Those of the variables that gradients move. */
  trainable(): tf.Variable[];
  /** Both networks and the likelihood as options, from which the same model is made again. */
  readonly spec: EncoderDecoderOptions;
  /**
   * What a model made of these has in any case; what it has of its own is put beside or in place of that.
   *
   * @param by the public function that makes it from `options`
   */
  model(factory: string, options: object): EncoderDecoderModel;
  /** The encoder's outputs for x [batch, …data], with a condition [batch, …] where there is one: [batch, codes]. */
  encode(x: tf.Tensor, context?: NetworkContext, condition?: tf.Tensor): tf.Tensor2D;
  /** p(x | z) of z [batch, latent], with a condition [batch, …] where there is one. */
  decode(z: tf.Tensor, context?: NetworkContext, condition?: tf.Tensor): Distribution;
  /** −log p(x | z), [batch], nats; in training it adapts what the likelihood sets in closed form. */
  distortion(x: tf.Tensor, decoded: Distribution, training: boolean): PerExample;
  /** What people look at, given the code [batch, latent] of a batch. */
  latentMethods(code: (x: tf.Tensor) => tf.Tensor): LatentMethods;
  /** `sample()` of a model, given how it draws codes [n, latent]. */
  sampler(draw: (rng: Rng, n: number) => tf.Tensor): Sampler["sample"];
}

/** What people look at; any number of examples, in bounded memory. */
export interface LatentMethods {
  /** The codes of x [examples, …data]: [examples, latent]. */
  embed(x: tf.Tensor): tf.Tensor2D;
  /** The mean of p(x | z) at the code of x, of the shape of x. */
  reconstruct(x: tf.Tensor): tf.Tensor;
  /** Decodes `steps` points on the straight line between the codes of two examples [1, …data]: [steps, …data]. */
  interpolate(from: tf.Tensor, to: tf.Tensor, steps: number): tf.Tensor;
}

/** A model that can be drawn from. */
export interface Sampler {
  /** Draws of the model, [n, …data]: codes from the prior, then the mean of p(x | z) (or a draw of it). */
  sample(n: number, options?: SampleOptions): tf.Tensor;
}

/** Options of `sample()`. */
export interface SampleOptions {
  /** Defaults to 0. */
  seed?: number;
  /** What is returned of p(x | z): its `"mean"`, which is smoother than the data, or a `"draw"`. Defaults to "mean". */
  values?: "mean" | "draw";
}

/**
 * Makes the networks of a model.
 *
 * @param where the model's name, for errors
 * @throws ArgumentError for shapes that do not fit
 */
export function encoderDecoder(where: string, options: EncoderDecoderOptions, sizes: NetworkSizes): EncoderDecoder {
  const { latentDim, hidden = [512], likelihood = bernoulliLikelihood(), seed = 0 } = options;
  const { codes, condition = 0, conditioned = "both" } = sizes;
  const dataShape = typeof options.dataShape === "number" ? [options.dataShape] : options.dataShape;
  checkSizes(where, "latentDim", [latentDim]);
  checkSizes(where, "dataShape", dataShape);
  checkSizes(where, "hidden", hidden, { empty: true });
  const components = tf.util.sizeFromShape([...dataShape]);
  const inputs = condition === 0 || conditioned === "decoder" ? dataShape : [components + condition];
  const [bodies, encoderSeed, decoderSeed] = rng(seed).split(3) as [Rng, Rng, Rng];
  const encoderBody = options.encoder ?? mlp({ inputs, hidden, seed: bodies.fold(0) });
  const decoderBody =
    options.decoder ?? mlp({ inputs: latentDim + condition, hidden: hidden.toReversed(), seed: bodies.fold(1) });
  checkInput(where, "encoder", encoderBody, inputs);
  checkInput(where, "decoder", decoderBody, [latentDim + condition]);
  const encoder = withHead(`${where} encoder`, encoderBody, codes, options.encoderHead ?? true, encoderSeed);
  const outputs = components * likelihood.outputsPerComponent;
  const decoder = withHead(`${where} decoder`, decoderBody, outputs, options.decoderHead ?? true, decoderSeed);

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
    dataShape,
    latentDim,
    likelihood,
    encoder,
    decoder,
    variables,
    check: (at, { x }) => checkData(at, "x", x as tf.Tensor, dataShape, likelihood.support),
    summary: () => summary(trainable(), { encoder, decoder }),
    dispose() {
      encoder.dispose();
      decoder.dispose();
      tf.dispose([...likelihood.variables]);
    },
  } satisfies Omit<EncoderDecoderModel, "spec">;
  return {
    ...facts,
    spec,
    model: (factory, options) => ({ ...facts, spec: { factory, options: { ...options, ...spec } } }),
    trainable,
    encode,
    decode,
    distortion(x, decoded, training) {
      if (training) likelihood.adapt?.(decoded.mean(), x);
      return perExample(tf.neg(decoded.logProb(x)));
    },
    latentMethods: (code) => ({
      embed(x) {
        checkData("embed()", "x", x, dataShape, supports.real);
        return inBatches(x, code) as tf.Tensor2D;
      },
      reconstruct(x) {
        checkData("reconstruct()", "x", x, dataShape, supports.real);
        return inBatches(x, (part) => decode(code(part)).mean());
      },
      interpolate(from, to, steps) {
        if (!(Number.isInteger(steps) && steps > 1)) {
          throw new ArgumentError("interpolate()", "steps", steps, "a whole number of at least 2");
        }
        return tf.tidy(() => {
          const [start, end] = [code(from), code(to)];
          const fraction = tf.linspace(0, 1, steps).reshape([steps, 1]);
          return decode(tf.add(start, tf.mul(tf.sub(end, start), fraction))).mean();
        });
      },
    }),
    sampler:
      (draw) =>
      (n, { seed: sampleSeed = 0, values = "mean" } = {}) => {
        if (!(Number.isInteger(n) && n > 0)) {
          throw new ArgumentError("sample()", "n", n, "a whole number of at least 1");
        }
        return tf.tidy(() => {
          const [codeStream, pixels] = rng(sampleSeed).split(2) as [Rng, Rng];
          return inBatches(draw(codeStream, n), (z) => {
            const decoded = decode(z);
            return values === "draw" ? decoded.sample(pixels) : decoded.mean();
          });
        });
      },
  };
}

/** The variables of networks. */
export const weights = (...networks: tf.LayersModel[]): tf.Variable[] =>
  networks.flatMap((network) => network.weights.map((weight) => weight.read() as tf.Variable));

/** Those that gradients move: not moving averages, and not the weights of frozen layers. */
export const trainableWeights = (...networks: tf.LayersModel[]): tf.Variable[] =>
  networks.flatMap((network) => network.trainableWeights.map((weight) => weight.read() as tf.Variable));
