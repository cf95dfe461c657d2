import { checkData, checkShape } from "../../distributions/check-data";
import type { Normal } from "../../distributions/normal";
import { type PerExample, perExample } from "../../distributions/per-example";
import { standardNormal } from "../../distributions/standard-normal";
import { supports } from "../../distributions/support";
import { type LogLikelihoodOptions, logLikelihood } from "../../inference/log-likelihood";
import { mlp } from "../../networks/mlp";
import type { NetworkContext } from "../../networks/network-context";
import { betaElbo } from "../../objectives/beta-elbo";
import { maximize } from "../../objectives/loss";
import { meanOverBatch } from "../../objectives/mean-over-batch";
import type { Phase } from "../../objectives/phase";
import { ArgumentError } from "../../runtime/argument-error";
import { checkSizes } from "../../runtime/check-sizes";
import { inBatches } from "../../runtime/in-batches";
import { type Rng, rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";
import { normalOf } from "../vae";
import { checkBeta } from "./elbo-phase";
import {
  type EncoderDecoder,
  type EncoderDecoderModel,
  type EncoderDecoderOptions,
  encoderDecoder,
  type LatentMethods,
  type SampleOptions,
  type Sampler,
  trainableWeights,
  weights,
} from "./encoder-decoder";
import { summary } from "./summary";

/** Options of `hierarchicalVae()` and `ladderVae()`. */
export interface LatentHierarchyOptions extends Omit<EncoderDecoderOptions, "latentDim"> {
  /** The number of dimensions of each latent layer, from the one below, z₁, which the decoder reads, upward. */
  latentDims: readonly number[];
  /** The hidden widths of each network between two latent layers; defaults to [128]. */
  between?: readonly number[];
  /**
   * Whether the hidden layers of the encoder (unless it is given) and between latent layers are normalized over the batch,
   * which keeps the upper layers in use (Sønderby et al. 2016, section 3); defaults to false.
   */
  batchNormalization?: boolean;
  /** The weight β of the rate in the loss, unless `fit` is given a schedule `beta`; defaults to 1, the ELBO. */
  beta?: number;
  /** What is maximized, per example in nats, for example with free bits per layer; defaults to `betaElbo`. */
  objective?: (terms: LatentHierarchyObjective) => PerExample;
}

/** What a model with several latent layers says of a batch, per example in nats. */
export interface LatentHierarchyTerms {
  /** −log p(x | z₁) */
  readonly distortion: PerExample;
  /** The sum of `rates`, which estimates KL(q(z₁, …, z_L | x) ‖ p(z₁, …, z_L)). */
  readonly rate: PerExample;
  /** The share of each layer, from z₁ upward: what the layer costs given the layers that its posterior is told. */
  readonly rates: readonly PerExample[];
}

/** What an objective is told of a batch. */
export interface LatentHierarchyObjective extends LatentHierarchyTerms {
  /** The rate of every dimension, one [batch, dimensions] for each layer. */
  readonly ratesPerDimension: readonly tf.Tensor[];
  /** The weight of the rate: the schedule `beta`, or the option. */
  readonly beta: number | tf.Scalar;
  /** The current values of the schedules given to `fit`. */
  readonly schedules: Readonly<Record<string, tf.Scalar>>;
}

/** One latent layer for a batch. */
export interface LatentLayer {
  /** q of the layer, given x and the layers that were drawn before it. */
  readonly posterior: Normal;
  /** p(z_l | z_{l+1}); N(0, I) for the uppermost. */
  readonly prior: Normal;
  /** [batch, dimensions] */
  readonly z: tf.Tensor;
}

/** A VAE with several latent layers; made by `hierarchicalVae()` and `ladderVae()`. */
export interface LatentHierarchy extends Omit<EncoderDecoderModel, "latentDim">, LatentMethods, Sampler {
  readonly latentDims: readonly number[];
  /** The weight of the rate in the loss. */
  readonly beta: number;
  /** What `fit` needs: one phase, "elbo", with the terms distortion, rate, rate1, rate2, … */
  readonly phases: readonly [Phase<"elbo", "distortion" | "rate" | `rate${number}`>];
  /**
   * The latent layers for x [batch, …data], from z₁ upward; their tensors are the caller's, for `tf.tidy`.
   *
   * @param stream draws the codes; without it every layer's code is the mean of its posterior
   */
  encode(x: tf.Tensor, stream?: Rng, context?: NetworkContext): readonly LatentLayer[];
  /** p(x | z₁) of z₁ [batch, latents[0]]; its tensors are the caller's, for `tf.tidy`. */
  decode: EncoderDecoder["decode"];
  /** Distortion and rates of x [batch, …data], with one draw of every layer. */
  terms(x: tf.Tensor, rng: Rng, training?: boolean): LatentHierarchyTerms;
  /** The codes of x [examples, …data] in a layer (by default the lowest, 1): [examples, latents[layer − 1]]. */
  embed(x: tf.Tensor, layer?: number): tf.Tensor2D;
  /**
   * Draws the layers below a given code, then the mean of p(x | z₁) (or a draw of it): what the upper layers leave open.
   *
   * @param layer the layer that is held fixed, from 1
   * @param z [n, latents[layer − 1]]
   * @returns [n, …data]
   */
  sampleBelow(layer: number, z: tf.Tensor, options?: SampleOptions): tf.Tensor;
  /** Importance-sampled log p(x) of x [examples, …data], with draws of all layers: [examples], nats. */
  logLikelihood(x: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
}

/** What is known of the model where a way to infer its codes is made. */
export interface BelowInference {
  readonly latentDims: readonly number[];
  /** The width of the last hidden layer between two latent layers. */
  readonly width: number;
  readonly seed: Rng;
  /** A network between two latent layers, which gives the mean and the log-variance of `size` dimensions. */
  conditional(options: { inputs: number; size: number; seed: Rng }): tf.LayersModel;
  /** The number of features of x: what the encoder's last layer reads. */
  readonly features: number;
  /** p(z_l | z_{l+1}) of layer l, counted from 0; of the uppermost, which has nothing above, N(0, I). */
  prior(layer: number, above: tf.Tensor | undefined, context: NetworkContext): Normal;
}

/** How the codes of x are inferred: what one variant has of its own. */
export interface Inference {
  /** Networks beside the encoder, by what they compute. */
  readonly networks: Readonly<Record<string, tf.LayersModel>>;
  /** All that depends on x alone, computed once for any number of draws: tensors [batch, …]. */
  bottomUp(seen: { features: tf.Tensor; outputs: tf.Tensor }, context: NetworkContext): readonly tf.Tensor[];
  /** Goes through the layers in the order of q; `choose` gives the code of layer l, counted from 0. */
  layers(bottomUp: readonly tf.Tensor[], choose: Choose, context: NetworkContext): readonly LatentLayer[];
  /** The rate of every dimension of layer l, counted from 0, given its code and those before it: [batch, dimensions]. */
  ratePerDimension(layer: LatentLayer, l: number): tf.Tensor;
}

type Choose = (posterior: Normal, layer: number) => tf.Tensor;

/**
 * A decoder p(x | z₁), a chain of priors p(z_L) … p(z₁ | z₂), and an encoder, with any way to infer the codes.
 *
 * @param factory the name of the function that makes the model
 */
export function latentHierarchy(
  factory: string,
  options: LatentHierarchyOptions,
  infer: (below: BelowInference) => Inference,
): LatentHierarchy {
  const where = `${factory}()`;
  const { latentDims, between = [128], batchNormalization = false, beta = 1, objective = betaElbo, seed = 0 } = options;
  if (!Array.isArray(latentDims) || latentDims.length === 0) {
    throw new ArgumentError(where, "latentDims", latentDims, "the dimensions of one latent layer or more, [32, 16]");
  }
  checkSizes(where, "latentDims", latentDims);
  checkSizes(where, "between", between);
  checkBeta(where, beta);
  const top = latentDims.length - 1;
  const lowest = latentDims[0] as number;
  const seeds = rng(seed).fold(1);
  const encoderBody =
    options.encoder ??
    (batchNormalization
      ? mlp({ inputs: options.dataShape, hidden: options.hidden ?? [512], batchNormalization, seed: seeds.fold(-1) })
      : undefined);
  const given = { ...options, latentDim: lowest, ...(encoderBody && { encoder: encoderBody }) };
  const networks = encoderDecoder(where, given, { codes: 2 * lowest });
  const { dataShape, likelihood, encoder, decoder, decode } = networks;
  const conditional: BelowInference["conditional"] = ({ inputs, size, seed: from }) =>
    shrinkLastLayer(mlp({ inputs, hidden: between, outputs: 2 * size, batchNormalization, seed: from }));
  const priors = latentDims
    .slice(0, top)
    .map((size, l) => conditional({ inputs: latentDims[l + 1] as number, size, seed: seeds.fold(l) }));
  const prior: BelowInference["prior"] = (l, above, context) =>
    above === undefined
      ? standardNormal([latentDims[l] as number])
      : normalOf((priors[l] as tf.LayersModel).apply(above, { ...context }) as tf.Tensor2D);

  // Without a layer above, nobody asks for the features.
  const tapped = top > 0 ? withFeatures(encoder) : undefined;
  const features = tapped === undefined ? 0 : (tapped.outputs[0]?.shape.at(-1) as number);
  const inference = infer({
    latentDims,
    width: between.at(-1) as number,
    seed: seeds.fold(latentDims.length),
    conditional,
    features,
    prior,
  });
  const named = {
    ...inference.networks,
    ...Object.fromEntries(priors.map((net, l) => [`p(z${l + 1} | z${l + 2})`, net])),
  };
  const above = Object.values(named);
  const variables = () => [...weights(encoder, decoder, ...above), ...likelihood.variables];
  const trainable = () => [...networks.trainable(), ...trainableWeights(...above)];

  const bottomUp = (x: tf.Tensor, context: NetworkContext): readonly tf.Tensor[] => {
    checkShape("encode()", "x", x, dataShape);
    const seen = tapped === undefined ? [x, encoder.apply(x, { ...context })] : tapped.apply(x, { ...context });
    const [read, outputs] = seen as [tf.Tensor, tf.Tensor];
    return inference.bottomUp({ features: read, outputs }, context);
  };
  const means: Choose = (posterior) => posterior.mean();
  const encode: LatentHierarchy["encode"] = (x, stream, context = {}) => {
    const choose: Choose = stream === undefined ? means : (posterior) => posterior.sample(stream);
    return inference.layers(bottomUp(x, context), choose, context);
  };
  const code = (x: tf.Tensor, l = 0): tf.Tensor => (encode(x)[l] as LatentLayer).z;
  const forward = (x: tf.Tensor, stream: Rng, training: boolean) => {
    const [draws, noise] = stream.split(3) as [Rng, Rng, Rng];
    const context = { training, rng: noise };
    const layers = encode(x, draws, context);
    const distortion = networks.distortion(x, decode((layers[0] as LatentLayer).z, context), training);
    const ratesPerDimension = layers.map((layer, l) => inference.ratePerDimension(layer, l));
    const rates = ratesPerDimension.map((rate) => perExample(tf.sum(rate, 1)));
    return { distortion, rate: perExample(tf.addN(rates)), rates, ratesPerDimension };
  };

  /** Draws the layers below layer l, counted from 0, down to z₁. */
  const descend = (l: number, z: tf.Tensor, stream: Rng): tf.Tensor =>
    l === 0 ? z : descend(l - 1, prior(l - 1, z, {}).sample(stream), stream);

  // All codes side by side, [batch, Σ dimensions]: as one latent variable the model is a VAE like any other.
  const split = (z: tf.Tensor): tf.Tensor[] => tf.split(z, [...latentDims], 1);
  const logProbs = (of: readonly Normal[], z: readonly tf.Tensor[]): tf.Tensor =>
    tf.addN(of.map((each, l) => each.logProb(z[l] as tf.Tensor)));
  const joint = {
    prior: {
      logProb: flattened((z) => {
        const parts = split(z);
        return logProbs(
          latentDims.map((_, l) => prior(l, parts[l + 1], {})),
          parts,
        );
      }),
    },
    encode(x: tf.Tensor) {
      const seen = bottomUp(x, {});
      const layersOf = (n: number, choose: Choose) =>
        inference.layers(
          seen.map((part) => tf.tile(part, [n, 1])),
          choose,
          {},
        );
      return {
        sample(stream: Rng, n = 1): tf.Tensor {
          const codes = layersOf(n, (posterior) => posterior.sample(stream)).map(({ z }) => z);
          return tf.concat(codes, 1).reshape([n, x.shape[0] as number, -1]);
        },
        logProb: flattened((z, n) => {
          const parts = split(z);
          return logProbs(
            layersOf(n, (_, l) => parts[l] as tf.Tensor).map(({ posterior }) => posterior),
            parts,
          );
        }),
      };
    },
    decode: (z: tf.Tensor) => decode(split(z)[0] as tf.Tensor),
  };

  const checkLayer = (at: string, layer: number): void => {
    if (Number.isInteger(layer) && layer >= 1 && layer <= latentDims.length) return;
    throw new ArgumentError(at, "layer", layer, `the number of a latent layer, from 1 to ${latentDims.length}`);
  };
  // Its layers have sizes of their own.
  const { latentDim: _, ...model } = networks.model(factory, options);
  return {
    ...model,
    spec: { ...model.spec, options: { ...model.spec.options, latentDim: undefined } },
    latentDims,
    beta,
    phases: [
      {
        name: "elbo",
        variables: trainable,
        loss({ x }, { rng: stream, training, schedules }) {
          const said = forward(x as tf.Tensor, stream, training);
          const bound = objective({ ...said, beta: schedules.beta ?? beta, schedules });
          const { distortion, rate, rates } = said;
          const shares = Object.fromEntries(rates.map((share, l) => [`rate${l + 1}`, share]));
          return { loss: maximize(meanOverBatch(bound)), terms: { distortion, rate, ...shares } };
        },
      },
    ],
    variables,
    encode,
    decode,
    terms(x, stream, training = false) {
      const { distortion, rate, rates } = forward(x, stream, training);
      return { distortion, rate, rates };
    },
    ...networks.latentMethods(code),
    embed(x, layer = 1) {
      checkLayer("embed()", layer);
      checkData("embed()", "x", x, dataShape, supports.real);
      return inBatches(x, (part) => code(part, layer - 1)) as tf.Tensor2D;
    },
    sample: networks.sampler((stream, n) =>
      descend(
        top,
        standardNormal([latentDims[top] as number])
          .sample(stream, n)
          .reshape([n, -1]),
        stream,
      ),
    ),
    sampleBelow(layer, z, sampling) {
      checkLayer("sampleBelow()", layer);
      checkData("sampleBelow()", "z", z, [latentDims[layer - 1] as number], supports.real);
      return networks.sampler((stream) => descend(layer - 1, z, stream))(z.shape[0] as number, sampling);
    },
    async logLikelihood(x, sampling) {
      checkData("logLikelihood()", "x", x, dataShape, likelihood.support);
      return logLikelihood(joint, x, sampling);
    },
    summary: () => summary(trainable(), { encoder, ...named, decoder }),
    dispose() {
      for (const network of above) network.dispose();
      networks.dispose();
    },
  };
}

/**
 * Makes a network's last layer start with a tenth of the usual weights, so that the distribution whose parameters it gives
 * starts near N(0, I): a density that is sharp by chance, in the wrong place, has gradients that no learning rate survives.
 */
function shrinkLastLayer(network: tf.LayersModel): tf.LayersModel {
  const head = network.layers.at(-1) as tf.layers.Layer;
  tf.tidy(() => head.setWeights(head.getWeights().map((weight) => tf.mul(weight, 0.1))));
  return network;
}

/** A network that also gives what its last layer reads: [features, outputs]. */
export function withFeatures(network: tf.LayersModel): tf.LayersModel {
  const read = network.layers.at(-1)?.input as tf.SymbolicTensor;
  const flat = read.shape.length === 2 ? read : (tf.layers.flatten().apply(read) as tf.SymbolicTensor);
  return tf.model({ inputs: network.inputs, outputs: [flat, network.outputs[0] as tf.SymbolicTensor] });
}

/** A log-density of codes [n, batch, D], computed on [n · batch, D] and given as [n, batch]. */
function flattened(logProb: (z: tf.Tensor, n: number) => tf.Tensor): (z: tf.Tensor) => tf.Tensor {
  return (z) => {
    const [n, batch, dimensions] = z.shape as [number, number, number];
    return logProb(z.reshape([n * batch, dimensions]), n).reshape([n, batch]);
  };
}
