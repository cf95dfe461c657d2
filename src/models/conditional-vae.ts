import { checkData, checkShape } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { kl } from "../distributions/kl";
import type { Normal } from "../distributions/normal";
import { standardNormal } from "../distributions/standard-normal";
import { type Support, supports } from "../distributions/support";
import { type LogLikelihoodOptions, logLikelihood } from "../inference/log-likelihood";
import { mlp } from "../networks/mlp";
import type { NetworkContext } from "../networks/network-context";
import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { checkSizes } from "../runtime/check-sizes";
import { inBatches } from "../runtime/in-batches";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { checkBeta, type ElboPhaseOptions, elboPhase, type VaeTerms } from "./core/elbo-phase";
import {
  type EncoderDecoderModel,
  type EncoderDecoderOptions,
  encoderDecoder,
  type SampleOptions,
  trainableWeights,
  weights,
} from "./core/encoder-decoder";
import { summary } from "./core/summary";
import { checkInput, withHead } from "./core/with-head";
import { normalOf } from "./vae";

/**
 * Options of `conditionalVae()`. The body of an `encoder` of your own takes x and c, flattened and side by side; that of a
 * `decoder`, z and c.
 */
export interface ConditionalVaeOptions extends EncoderDecoderOptions, ElboPhaseOptions {
  /** The shape of one condition: `10` for labels as one-hot vectors, `[14, 14]` for a part of an image. */
  condition: number | readonly number[];
  /** p(z | c): `"standard"` for N(0, I) whatever c, `"learned"` for a normal that a third network gives; defaults to "standard". */
  prior?: "standard" | "learned";
  /** The body of that network, [batch, condition] → any shape; defaults to one with the layers of the encoder. */
  priorNetwork?: tf.LayersModel;
  /** Set to false where that network itself ends in the 2 · latent parameters; defaults to true. */
  priorHead?: boolean;
}

/** A conditional variational autoencoder; made by `conditionalVae()`. Conditions c are float32, [batch, …condition]. */
export interface ConditionalVae extends EncoderDecoderModel {
  readonly conditionShape: readonly number[];
  /** The network of a learned prior; undefined where the prior is N(0, I). */
  readonly priorNetwork: tf.LayersModel | undefined;
  /** What `fit` needs: one phase, "elbo", on data `{x, c}`. */
  readonly phases: readonly [Phase<"elbo", "distortion" | "rate">];
  /** q(z | x, c) of x [batch, …data]; its tensors are the caller's, for `tf.tidy`. */
  encode(x: tf.Tensor, c: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z, c) of z [batch, latent]; its tensors are the caller's, for `tf.tidy`. */
  decode(z: tf.Tensor, c: tf.Tensor, context?: NetworkContext): Distribution;
  /** p(z | c); N(0, I) as a batch of one, which broadcasts, where it is not learned. */
  prior(c: tf.Tensor, context?: NetworkContext): Normal;
  /** Distortion and rate of x [batch, …data], with one draw of z. */
  terms(x: tf.Tensor, c: tf.Tensor, rng: Rng, training?: boolean): VaeTerms;
  /** The codes of x [examples, …data], means of q(z | x, c): [examples, latent]. */
  embed(x: tf.Tensor, c: tf.Tensor): tf.Tensor2D;
  /** The mean of p(x | z, c) at the code of x, of the shape of x. */
  reconstruct(x: tf.Tensor, c: tf.Tensor): tf.Tensor;
  /** One draw for each condition, [examples, …data]: a code from p(z | c), then the mean of p(x | z, c) (or a draw of it). */
  sample(c: tf.Tensor, options?: SampleOptions): tf.Tensor;
  /** Importance-sampled log p(x | c) of x [examples, …data]: [examples], nats. */
  logLikelihood(x: tf.Tensor, c: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
}

/**
 * A conditional variational autoencoder (Sohn, Lee & Yan 2015): a model of x given c, with a code z for what c leaves open.
 * Training maximizes log p(x | c) ≥ E_q[log p(x | z, c)] − KL(q(z | x, c) ‖ p(z | c)) (their equation 4).
 *
 * To predict a part of something from the rest, let x be that part and c the rest: the distortion is then summed over
 * what is predicted and nothing else.
 *
 * @throws ArgumentError for shapes that do not fit
 */
export function conditionalVae(options: ConditionalVaeOptions): ConditionalVae {
  const where = "conditionalVae()";
  const { beta = 1, prior: priorKind = "standard", hidden = [512], seed = 0 } = options;
  const conditionShape = typeof options.condition === "number" ? [options.condition] : options.condition;
  checkSizes(where, "condition", conditionShape);
  if (priorKind !== "standard" && priorKind !== "learned") {
    throw new ArgumentError(where, "prior", priorKind, '"standard" or "learned"');
  }
  if (priorKind === "standard" && options.priorNetwork !== undefined) {
    throw new ArgumentError(where, "prior", priorKind, '"learned" where a priorNetwork is given');
  }
  checkBeta(where, beta);
  const condition = tf.util.sizeFromShape([...conditionShape]);
  const networks = encoderDecoder(where, options, { codes: 2 * options.latentDim, condition });
  const { dataShape, latentDim, likelihood, encoder, decoder } = networks;
  const priorNetwork = priorKind === "learned" ? makePriorNetwork() : undefined;

  function makePriorNetwork(): tf.LayersModel {
    // Streams of its own, so that the other networks begin with the same weights whatever the prior.
    const [bodySeed, headSeed] = rng(seed).fold(1).split(2) as [Rng, Rng];
    const body = options.priorNetwork ?? mlp({ inputs: condition, hidden, seed: bodySeed });
    checkInput(where, "priorNetwork", body, [condition]);
    return withHead(`${where} priorNetwork`, body, 2 * latentDim, options.priorHead ?? true, headSeed);
  }

  /** Checks by shape that there is one condition for each example. */
  const checkCondition = (at: string, c: tf.Tensor, examples: number | undefined): void => {
    checkShape(at, "c", c, conditionShape);
    if (c.shape[0] === examples) return;
    throw new ArgumentError(at, "c", c.shape, `of shape [${examples}, ${conditionShape}], one condition per example`);
  };
  const flat = (c: tf.Tensor): tf.Tensor2D => c.reshape([-1, condition]);
  const variables = () => [...networks.variables(), ...(priorNetwork ? weights(priorNetwork) : [])];
  const trainable = () => [...networks.trainable(), ...(priorNetwork ? trainableWeights(priorNetwork) : [])];

  const encode: ConditionalVae["encode"] = (x, c, context) => {
    checkShape("encode()", "x", x, dataShape);
    checkCondition("encode()", c, x.shape[0]);
    return normalOf(networks.encode(x, context, flat(c)));
  };
  const decode: ConditionalVae["decode"] = (z, c, context) => {
    checkShape("decode()", "z", z, [latentDim]);
    checkCondition("decode()", c, z.shape[0]);
    return networks.decode(z, context, flat(c));
  };
  const prior: ConditionalVae["prior"] = (c, context = {}) => {
    checkShape("prior()", "c", c, conditionShape);
    if (priorNetwork === undefined) return standardNormal([latentDim]);
    return normalOf(priorNetwork.apply(flat(c), { ...context }) as tf.Tensor2D);
  };
  const forward = (x: tf.Tensor, c: tf.Tensor, stream: Rng, training: boolean) => {
    const [draws, layers, own] = stream.split(3) as [Rng, Rng, Rng];
    const posterior = encode(x, c, { training, rng: layers });
    const given = prior(c, { training, rng: layers });
    // Sohn et al. 2015, equation 5, with one draw of z.
    const z = posterior.sample(draws) as tf.Tensor2D;
    const distortion = networks.distortion(x, decode(z, c, { training, rng: layers }), training);
    return { posterior, z, prior: given, rng: own, distortion, rate: kl(posterior, given) };
  };
  /** Applies a function to examples with their conditions, in bounded memory. */
  const together = (x: tf.Tensor, c: tf.Tensor, apply: (x: tf.Tensor, c: tf.Tensor) => tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      const size = x.size / (x.shape[0] as number);
      const joined = tf.concat([x.reshape([-1, size]), flat(c)], 1);
      return inBatches(joined, (part) => {
        const [first, second] = tf.split(part, [size, condition], 1) as [tf.Tensor, tf.Tensor];
        return apply(first.reshape([-1, ...x.shape.slice(1)]), second.reshape([-1, ...conditionShape]));
      });
    });
  const checkPair = (at: string, x: tf.Tensor, c: tf.Tensor, support: Support = supports.real): void => {
    checkData(at, "x", x, dataShape, support);
    checkData(at, "c", c, conditionShape, supports.real);
    checkCondition(at, c, x.shape[0]);
  };

  return {
    ...networks.model("conditionalVae", { ...options, priorNetwork, priorHead: false }),
    conditionShape,
    priorNetwork,
    phases: [
      elboPhase(options, trainable, ({ x, c }, stream, training) =>
        forward(x as tf.Tensor, c as tf.Tensor, stream, training),
      ),
    ],
    variables,
    encode,
    decode,
    prior,
    terms(x, c, stream, training = false) {
      const { distortion, rate } = forward(x, c, stream, training);
      return { distortion, rate };
    },
    check: (at, { x, c }) => checkPair(at, x as tf.Tensor, c as tf.Tensor, likelihood.support),
    embed(x, c) {
      checkPair("embed()", x, c);
      return together(x, c, (part, given) => encode(part, given).mean()) as tf.Tensor2D;
    },
    reconstruct(x, c) {
      checkPair("reconstruct()", x, c);
      return together(x, c, (part, given) => decode(encode(part, given).mean(), given).mean());
    },
    sample(c, { seed: sampleSeed = 0, values = "mean" } = {}) {
      checkData("sample()", "c", c, conditionShape, supports.real);
      return tf.tidy(() => {
        const [codes, pixels] = rng(sampleSeed).split(2) as [Rng, Rng];
        const noise = codes.normal([c.shape[0] as number, latentDim]);
        return together(noise, c, (part, given) => {
          const of = prior(given);
          const decoded = decode(tf.add(of.mean(), tf.mul(tf.sqrt(of.variance()), part)), given);
          return values === "draw" ? decoded.sample(pixels) : decoded.mean();
        });
      });
    },
    async logLikelihood(x, c, options) {
      checkPair("logLikelihood()", x, c, likelihood.support);
      const given = (part: tf.Tensor) => ({
        prior: prior(part),
        encode: (some: tf.Tensor) => encode(some, part),
        decode: (z: tf.Tensor) => decode(z, repeat(part, z)),
      });
      return logLikelihood(given, x, options, c);
    },
    summary: () => summary(trainable(), { encoder, decoder, ...(priorNetwork ? { prior: priorNetwork } : {}) }),
    dispose() {
      networks.dispose();
      priorNetwork?.dispose();
    },
  };
}

/** Conditions [batch, …] once for each of several draws per example, z [draws · batch, latent]. */
function repeat(c: tf.Tensor, z: tf.Tensor): tf.Tensor {
  const draws = (z.shape[0] as number) / (c.shape[0] as number);
  return tf.tile(c, [draws, ...c.shape.slice(1).map(() => 1)]);
}
