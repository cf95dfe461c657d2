import { displaySymbol } from "../display/mime-bundle";
import { checkData, checkShape } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { kl } from "../distributions/kl";
import type { Normal } from "../distributions/normal";
import { standardNormal } from "../distributions/standard-normal";
import { type Support, supports } from "../distributions/support";
import { type LogLikelihoodOptions, logLikelihood } from "../inference/log-likelihood";
import { mlp } from "../networks/mlp";
import type { NetworkContext } from "../networks/network-context";
import { networkRule, shapeRule } from "../networks/network-rules";
import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { repeatBatch } from "../runtime/repeat-batch";
import { type Rng, rng } from "../runtime/rng";
import { flag, oneOf } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { checkGiven } from "./core/check-given";
import { type Condition, conditionOf } from "./core/condition";
import { disposeOwn, once } from "./core/dispose-own";
import { drawBatch } from "./core/draws";
import { type ElboPhaseOptions, elboPhase, elboPhaseRules, type ForwardPass, type VaeTerms } from "./core/elbo-phase";
import {
  type EncoderDecoder,
  type EncoderDecoderModel,
  type EncoderDecoderOptions,
  encoderDecoder,
  type SampleOptions,
  trainableWeights,
  weights,
} from "./core/encoder-decoder";
import { encoderDecoderRules } from "./core/encoder-decoder-rules";
import { showModel } from "./core/show-model";
import { summary } from "./core/summary";
import { checkInput, headOption, withHead } from "./core/with-head";
import { normalOf } from "./vae";

/**
 * Options of `conditionalVae()`. If you pass an `encoder` body, its input is x and c, flattened and concatenated; the
 * input of a `decoder` body is z and c, concatenated.
 */
export interface ConditionalVaeOptions extends EncoderDecoderOptions, ElboPhaseOptions {
  /** The shape of one condition: `10` for one-hot labels, `[14, 14]` for a part of an image. */
  condition: number | readonly number[];
  /**
   * p(z | c): `"standard"` is N(0, I) for every c; `"learned"` is a normal distribution with parameters from a third network.
   * Defaults to "standard".
   */
  prior?: "standard" | "learned";
  /** The body of that network, [batch, condition] → any shape; defaults to hidden layers of the encoder's widths. You own it. */
  priorNetwork?: tf.LayersModel;
  /**
   * Whether to add a linear head to that network. Defaults to true, unless the body already ends in a linear layer with exactly 2
   * · latentDim outputs.
   */
  priorHead?: boolean;
}

/** A conditional variational autoencoder, created by `conditionalVae()`. Conditions c are float32, [batch, …condition]. */
export interface ConditionalVae extends EncoderDecoderModel {
  readonly conditionShape: readonly number[];
  /** The network of a learned prior; undefined if the prior is N(0, I). */
  readonly priorNetwork: tf.LayersModel | undefined;
  /** For `fit`: one phase, "elbo", on data `{x, c}`. */
  readonly phases: readonly [Phase<"elbo", "distortion" | "rate">];
  /** q(z | x, c) for x [batch, …data]. The caller owns its tensors; use `tf.tidy`. */
  encode(x: tf.Tensor, c: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z, c) for z [batch, latentDim]. The caller owns its tensors; use `tf.tidy`. */
  decode(z: tf.Tensor, c: tf.Tensor, context?: NetworkContext): Distribution;
  /** p(z | c) for c [batch, …condition]. If it is not learned, this is N(0, I) as a batch of one, which broadcasts. */
  prior(c: tf.Tensor, context?: NetworkContext): Normal;
  /** Distortion and rate of x [batch, …data], each [batch], in nats, with one draw of z. */
  terms(x: tf.Tensor, c: tf.Tensor, rng: Rng, training?: boolean): VaeTerms;
  /** The codes of x [examples, …data], means of q(z | x, c): [examples, latentDim]. */
  embed(x: tf.Tensor, c: tf.Tensor): tf.Tensor2D;
  /** The mean of p(x | z, c) at the code of x, with the shape of x. */
  reconstruct(x: tf.Tensor, c: tf.Tensor): tf.Tensor;
  /** One draw for each condition, [examples, …data]: a code from p(z | c), then the mean of p(x | z, c) (or a draw of it). */
  sample(c: tf.Tensor, options?: SampleOptions): tf.Tensor;
  /** Importance-sampled log p(x | c) for x [examples, …data]: [examples], nats. */
  logLikelihood(x: tf.Tensor, c: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
}

const schema = optionsSchema<ConditionalVaeOptions>({
  ...encoderDecoderRules,
  ...elboPhaseRules,
  condition: shapeRule,
  prior: oneOf("standard", "learned").optional(),
  priorNetwork: networkRule.optional(),
  priorHead: flag.optional(),
});

/**
 * A conditional variational autoencoder (Sohn, Lee & Yan 2015): a model of x given c, with a code z for everything that c
 * does not determine. Training maximizes the bound log p(x | c) ≥ E_q[log p(x | z, c)] − KL(q(z | x, c) ‖ p(z | c)) (their
 * equation 4), on data `{ x, c }`.
 *
 * To predict one part of an example from the rest, let x be that part and c the rest. The distortion then sums over the
 * predicted part only.
 *
 * @throws ArgumentError for shapes that do not match, options out of range, and unknown options
 */
export function conditionalVae(options: ConditionalVaeOptions): ConditionalVae {
  const where = "conditionalVae()";
  checkOptions(where, schema, options);
  const condition = conditionOf("c", "condition", [options.condition].flat());
  const networks = encoderDecoder(where, options, { codes: 2 * options.latentDim, condition: condition.size });
  const { dataShape, latentDim, likelihood, encoder, decoder } = networks;
  const priorNetwork = makePriorNetwork(where, options, condition.size);
  const ofPrior = priorNetwork ? [priorNetwork] : [];
  const trainable = () => [...networks.trainable(), ...trainableWeights(...ofPrior)];

  const encode: ConditionalVae["encode"] = (x, c, context) => {
    checkShape("encode()", "x", x, dataShape);
    condition.checkShape("encode()", c, x.shape[0]);
    return normalOf(networks.encode(x, context, condition.flat(c)));
  };
  const decode: ConditionalVae["decode"] = (z, c, context) => {
    checkShape("decode()", "z", z, [latentDim]);
    condition.checkShape("decode()", c, z.shape[0]);
    return networks.decode(z, context, condition.flat(c));
  };
  const prior: ConditionalVae["prior"] = (c, context = {}) => {
    condition.checkShape("prior()", c);
    if (priorNetwork === undefined) return standardNormal([latentDim]);
    return normalOf(priorNetwork.apply(condition.flat(c), { ...context }) as tf.Tensor2D);
  };
  const forward = forwardPass(networks, { encode, decode, prior }, options.samples);
  const checkPair = (at: string, x: tf.Tensor, c: tf.Tensor, support: Support = supports.real): void => {
    checkData(at, "x", x, dataShape, support);
    condition.checkData(at, c, x.shape[0]);
  };
  const phase = elboPhase(
    options,
    trainable,
    ({ x, c }, stream, training) => forward(x as tf.Tensor, c as tf.Tensor, stream, training),
    { inputs: ["x", "c"] },
  );

  // A single function, so the estimator is compiled only once.
  const modelGiven = (part: tf.Tensor) => ({
    prior: prior(part),
    encode: (some: tf.Tensor) => encode(some, part),
    // `z` contains several draws per example: the whole batch, repeated once per draw.
    decode: (z: tf.Tensor) => decode(z, repeatBatch(part, (z.shape[0] as number) / (part.shape[0] as number))),
  });

  return {
    ...networks.model("conditionalVae", { ...options, priorNetwork, priorHead: false }),
    conditionShape: condition.shape,
    priorNetwork,
    phases: [phase],
    variables: () => [...networks.variables(), ...weights(...ofPrior)],
    encode,
    decode,
    prior,
    terms(x, c, stream, training = false) {
      const { distortion, rate } = forward(x, c, stream, training);
      return { distortion, rate };
    },
    check(at, batch) {
      const accepted = `a float32 tensor of shape [examples, ${condition.shape}]`;
      checkGiven(at, batch, "c", accepted, "Pass { x, c }: the data with a condition for each example.");
      checkPair(at, batch.x as tf.Tensor, batch.c as tf.Tensor, likelihood.support);
    },
    embed(x, c) {
      checkPair("embed()", x, c);
      return condition.inBatches(x, c, (part, partC) => encode(part, partC).mean()) as tf.Tensor2D;
    },
    reconstruct(x, c) {
      checkPair("reconstruct()", x, c);
      return condition.inBatches(x, c, (part, partC) => decode(encode(part, partC).mean(), partC).mean());
    },
    sample(c, sampling) {
      condition.checkData("sample()", c);
      return sampleGiven(condition, c, { prior, decode, latentDim }, sampling);
    },
    async logLikelihood(x, c, sampling) {
      checkPair("logLikelihood()", x, c, likelihood.support);
      return logLikelihood(modelGiven, x, sampling, c);
    },
    summary: () => summary(trainable(), { encoder, decoder, ...(priorNetwork ? { prior: priorNetwork } : {}) }),
    [displaySymbol]() {
      return showModel(this, { prior: priorNetwork ? "learned from c" : "N(0, I)" });
    },
    dispose: once(() => {
      networks.dispose();
      if (priorNetwork) disposeOwn(priorNetwork, options.priorNetwork);
    }),
  };
}

/** The network of a learned prior, [batch, condition] → [batch, 2 · latentDim]; undefined if the prior is N(0, I). */
function makePriorNetwork(where: string, options: ConditionalVaeOptions, size: number): tf.LayersModel | undefined {
  const { latentDim, prior = "standard", priorNetwork, hidden = [512], seed = 0 } = options;
  if (prior === "standard") {
    if (priorNetwork === undefined) return undefined;
    throw new ArgumentError(where, "prior", prior, '"learned" if a priorNetwork is given');
  }
  // Separate streams, so the initial weights of the other networks do not depend on the prior.
  const [bodySeed, headSeed] = rng(seed).fold(1).split(2) as [Rng, Rng];
  const body = priorNetwork ?? mlp({ inputs: size, hidden, seed: bodySeed });
  checkInput(where, "priorNetwork", body, [size]);
  const head = headOption(options.priorHead, priorNetwork);
  return withHead(`${where} priorNetwork`, body, 2 * latentDim, head, headSeed, { option: "priorHead" });
}

/** Distortion and rate of a batch, with the values they were computed from. */
const forwardPass =
  (
    networks: EncoderDecoder,
    { encode, decode, prior }: Pick<ConditionalVae, "encode" | "decode" | "prior">,
    samples = 1,
  ): ((x: tf.Tensor, c: tf.Tensor, stream: Rng, training: boolean) => ForwardPass) =>
  (x, c, stream, training) => {
    const [draws, layers, own] = stream.split(3) as [Rng, Rng, Rng];
    const context = { training, rng: layers };
    const posterior = encode(x, c, context);
    const priorOfC = prior(c, context);
    // Sohn et al. 2015, equation 5.
    const drawn = drawBatch(x, posterior, {
      samples,
      rng: draws,
      decode: (z) => decode(z, repeatBatch(c, samples), context),
      distortion: (repeated, decoded) => networks.distortion(repeated, decoded, training),
    });
    return { ...drawn, posterior, prior: priorOfC, rng: own, rate: kl(posterior, priorOfC) };
  };

/** One draw for each condition c [examples, …]: a code from p(z | c), then the mean of p(x | z, c), or a draw of it. */
function sampleGiven(
  condition: Condition,
  c: tf.Tensor,
  { prior, decode, latentDim }: Pick<ConditionalVae, "prior" | "decode" | "latentDim">,
  { seed = 0, values = "mean" }: SampleOptions = {},
): tf.Tensor {
  return tf.tidy(() => {
    const [codes, pixels] = rng(seed).split(2) as [Rng, Rng];
    const noise = codes.normal([c.shape[0] as number, latentDim]);
    return condition.inBatches(noise, c, (part, partC) => {
      const priorOfC = prior(partC);
      const z = tf.add(priorOfC.mean(), tf.mul(tf.sqrt(priorOfC.variance()), part));
      const decoded = decode(z, partC);
      return values === "draw" ? decoded.sample(pixels) : decoded.mean();
    });
  });
}
