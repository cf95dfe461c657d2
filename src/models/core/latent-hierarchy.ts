import { displaySymbol } from "../../display/mime-bundle";
import { checkData } from "../../distributions/check-data";
import { type PerExample, perExample } from "../../distributions/per-example";
import { standardNormal } from "../../distributions/standard-normal";
import { supports } from "../../distributions/support";
import { type LogLikelihoodOptions, logLikelihood } from "../../inference/log-likelihood";
import type { NetworkContext } from "../../networks/network-context";
import { betaElbo } from "../../objectives/beta-elbo";
import { elbo } from "../../objectives/elbo";
import { maximize } from "../../objectives/loss";
import { meanOverBatch } from "../../objectives/mean-over-batch";
import type { Phase } from "../../objectives/phase";
import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions } from "../../runtime/check-options";
import { inBatches } from "../../runtime/in-batches";
import type { Rng } from "../../runtime/rng";
import { nonNegative } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import { once } from "./dispose-own";
import {
  type EncoderDecoder,
  type EncoderDecoderModel,
  type LatentMethods,
  type SampleOptions,
  type Sampler,
  trainableWeights,
  weights,
} from "./encoder-decoder";
import { jointLatent } from "./joint-latent";
import { type LatentChain, latentChain } from "./latent-chain";
import {
  type LatentHierarchyObjective,
  type LatentHierarchyOptions,
  type LatentHierarchyTerms,
  latentHierarchySchema,
} from "./latent-hierarchy-options";
import type { BelowInference, Choose, Inference, LatentLayer } from "./latent-inference";
import { showModel } from "./show-model";
import { summary } from "./summary";

/** A VAE with several latent layers, created by `hierarchicalVae()` and `ladderVae()`. */
export interface LatentHierarchy extends Omit<EncoderDecoderModel, "latentDim">, LatentMethods, Sampler {
  readonly latentDims: readonly number[];
  /** The weight of the rate in the loss. */
  readonly beta: number;
  /** For `fit`: one phase, "elbo", with the terms distortion, rate, rate1, rate2, … */
  readonly phases: readonly [Phase<"elbo", "distortion" | "rate" | `rate${number}`>];
  /**
   * The latent layers for x [batch, …data], from z₁ upward. The caller owns their tensors; use `tf.tidy`.
   *
   * @param stream draws the codes; without it, the code of every layer is the mean of its posterior
   */
  encode(x: tf.Tensor, stream?: Rng, context?: NetworkContext): readonly LatentLayer[];
  /** p(x | z₁) for z₁ [batch, latentDims[0]]. The caller owns its tensors; use `tf.tidy`. */
  decode: EncoderDecoder["decode"];
  /** Distortion and rates of x [batch, …data], with one draw from every layer. */
  terms(x: tf.Tensor, rng: Rng, training?: boolean): LatentHierarchyTerms;
  /** The codes of x [examples, …data] in a layer (by default the lowest, 1): [examples, latentDims[layer − 1]]. */
  embed(x: tf.Tensor, layer?: number): tf.Tensor2D;
  /**
   * Draws the layers below a given code, then returns the mean of p(x | z₁) (or a draw from it). This shows what the upper
   * layers do not determine.
   *
   * @param layer the layer of the given code, from 1
   * @param z [n, latentDims[layer − 1]]
   * @returns [n, …data]
   */
  sampleBelow(layer: number, z: tf.Tensor, options?: SampleOptions): tf.Tensor;
  /** Importance-sampled log p(x) for x [examples, …data], with draws from all layers: [examples], nats. */
  logLikelihood(x: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
}

/**
 * A decoder p(x | z₁), a chain of priors p(z_L) … p(z₁ | z₂), and an encoder; variants infer the codes in different
 * ways.
 *
 * @param factory the name of the function that creates the model
 * @param infer the variant's way to infer the codes
 */
export function latentHierarchy(
  factory: string,
  options: LatentHierarchyOptions,
  infer: (below: BelowInference) => Inference,
): LatentHierarchy {
  const where = `${factory}()`;
  checkOptions(where, latentHierarchySchema, options);
  const { latentDims, beta = 1 } = options;
  const top = latentDims.length - 1;
  const chain = latentChain(where, options, infer);
  const { networks, prior } = chain;
  const { dataShape, likelihood, encoder, decoder, decode } = networks;
  const between = Object.values(chain.between);
  const trainable = () => [...networks.trainable(), ...trainableWeights(...between)];
  const joint = jointLatent(chain, latentDims);

  const encode: LatentHierarchy["encode"] = (x, stream, context = {}) => {
    const choose: Choose = (posterior) => (stream === undefined ? posterior.mean() : posterior.sample(stream));
    return chain.inference.layers(chain.bottomUp(x, context), choose, context);
  };
  const code = (x: tf.Tensor, l = 0): tf.Tensor => (encode(x)[l] as LatentLayer).z;
  const forward = forwardPass(chain, encode);
  /** Draws the layers below layer l, counted from 0, down to z₁. */
  const descend = (l: number, z: tf.Tensor, stream: Rng): tf.Tensor =>
    l === 0 ? z : descend(l - 1, prior(l - 1, z, {}).sample(stream), stream);
  const drawTop = (stream: Rng, n: number): tf.Tensor =>
    standardNormal([latentDims[top] as number])
      .sample(stream, n)
      .reshape([n, -1]);
  const checkLayer = (at: string, layer: number): void => {
    if (Number.isInteger(layer) && layer >= 1 && layer <= latentDims.length) return;
    throw new ArgumentError(at, "layer", layer, `the number of a latent layer, from 1 to ${latentDims.length}`);
  };

  // Layers differ in size, so the model has `latentDims` instead of `latentDim`.
  const { latentDim: _, ...model } = networks.model(factory, options);
  return {
    ...model,
    spec: { ...model.spec, options: { ...model.spec.options, latentDim: undefined } },
    latentDims,
    beta,
    phases: [hierarchyPhase(options, trainable, forward)],
    variables: () => [...weights(encoder, decoder, ...between), ...likelihood.variables],
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
    sample: networks.sampler((stream, n) => descend(top, drawTop(stream, n), stream)),
    sampleBelow(layer, z, sampling) {
      checkLayer("sampleBelow()", layer);
      checkData("sampleBelow()", "z", z, [latentDims[layer - 1] as number], supports.real);
      return networks.sampler((stream) => descend(layer - 1, z, stream))(z.shape[0] as number, sampling);
    },
    async logLikelihood(x, sampling) {
      checkData("logLikelihood()", "x", x, dataShape, likelihood.support);
      return logLikelihood(joint, x, sampling);
    },
    summary: () => summary(trainable(), { encoder, ...chain.between, decoder }),
    [displaySymbol]() {
      return showModel(this, { networks: chain.between, prior: "N(0, I) at the top" });
    },
    dispose: once(chain.dispose),
  };
}

/** Distortion and rates of a batch, with one draw from every layer. */
type ForwardPass = LatentHierarchyTerms & { readonly ratesPerDimension: readonly tf.Tensor[] };
type Forward = (x: tf.Tensor, stream: Rng, training: boolean) => ForwardPass;

const forwardPass =
  ({ networks, inference }: LatentChain, encode: LatentHierarchy["encode"]): Forward =>
  (x, stream, training) => {
    const [draws, noise] = stream.split(3) as [Rng, Rng, Rng];
    const context: NetworkContext = { training, rng: noise };
    const layers = encode(x, draws, context);
    const decoded = networks.decode((layers[0] as LatentLayer).z, context);
    const distortion = networks.distortion(x, decoded, training);
    const ratesPerDimension = layers.map((layer, l) => inference.ratePerDimension(layer, l));
    const rates = ratesPerDimension.map((rate) => perExample(tf.sum(rate, 1)));
    return { distortion, rate: perExample(tf.addN(rates)), rates, ratesPerDimension };
  };

function hierarchyPhase(
  { beta = 1, objective }: LatentHierarchyOptions,
  trainable: () => tf.Variable[],
  forward: Forward,
): LatentHierarchy["phases"][0] {
  const maximized: (terms: LatentHierarchyObjective) => PerExample = objective ?? betaElbo;
  return {
    name: "elbo",
    variables: trainable,
    inputs: ["x"],
    // A custom objective may read any schedule.
    ...(objective === undefined && { schedules: { beta: nonNegative } }),
    loss({ x }, { rng: stream, training, schedules }) {
      const pass = forward(x as tf.Tensor, stream, training);
      const { distortion, rate, rates } = pass;
      const ratesByName = Object.fromEntries(rates.map((share, l) => [`rate${l + 1}`, share]));
      return {
        loss: maximize(meanOverBatch(maximized({ ...pass, beta: schedules.beta ?? beta, schedules }))),
        terms: { distortion, rate, ...ratesByName },
        bound: elbo({ distortion, rate }),
      };
    },
  };
}
