import { type Displayable, displaySymbol } from "../display/mime-bundle";
import { checkShape } from "../distributions/check-data";
import { kl } from "../distributions/kl";
import type { Normal } from "../distributions/normal";
import { perExample } from "../distributions/per-example";
import { standardNormal } from "../distributions/standard-normal";
import { checkSupport } from "../distributions/support";
import { textSupport, type WrittenText, writtenText } from "../distributions/written-text";
import { type LogLikelihoodOptions, logLikelihood } from "../inference/log-likelihood";
import { checkRandomLayers } from "../networks/check-random-layers";
import type { NetworkContext } from "../networks/network-context";
import { networkRule, seedRule } from "../networks/network-rules";
import { wordDecoder } from "../networks/word-decoder";
import { wordEncoder } from "../networks/word-encoder";
import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkOneOf, checkWholeNumber } from "../runtime/check-value";
import { inBatches } from "../runtime/in-batches";
import { type Rng, rng } from "../runtime/rng";
import { flag, probability, wholeNumber } from "../runtime/rules";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import { disposeOwn, once } from "./core/dispose-own";
import { drawBatch } from "./core/draws";
import { type ElboPhaseOptions, elboPhase, elboPhaseRules, type VaeTerms } from "./core/elbo-phase";
import { trainableWeights, weights } from "./core/encoder-decoder";
import { interpolateCodes } from "./core/interpolate-codes";
import { showModel } from "./core/show-model";
import { summary } from "./core/summary";
import { checkInput, headOption, withHead } from "./core/with-head";
import { normalOf } from "./vae";

/** Options of `sequenceVae()`. */
export interface SequenceVaeOptions extends ElboPhaseOptions {
  /** The size of the vocabulary, including 0, which ends a text and pads its row. */
  vocabulary: number;
  /** The length of a row: the number of words of the longest text. */
  length: number;
  /** The number of latent dimensions. */
  latentDim: number;
  /** The dimension of a word vector; defaults to 64. */
  embedding?: number;
  /** The state size of the encoder's GRU and of the decoder's GRU; defaults to 128. */
  units?: number;
  /** The probability that a preceding word is hidden from the decoder in training, in [0, 1]; defaults to 0. */
  wordDropout?: number;
  /**
   * The body of the encoder, int32 [batch, length] → any shape; defaults to `wordEncoder()`. A linear head is added. You own
   * it: `dispose()` does not free it, and `initialize(network, rng(seed))` seeds its weights.
   */
  encoder?: tf.LayersModel;
  /**
   * Whether to add a linear head to the encoder. Defaults to true, unless the body already ends in a linear layer with exactly 2
   * · latentDim outputs.
   */
  encoderHead?: boolean;
  /**
   * The decoder. It has two inputs, the preceding words, int32 [batch, length], and z [batch, latentDim]. Defaults to
   * `wordDecoder()`. You own it.
   */
  decoder?: tf.LayersModel;
  /** The seed of the initial weights of the default networks and the head; defaults to 0. */
  seed?: number;
}

/** Options of methods that write texts. */
export interface WritingOptions {
  /** How to choose each word, given the preceding ones: the most probable word (`"greedy"`), or a `"draw"`. */
  words?: "greedy" | "draw";
  /** Defaults to 0. */
  seed?: number;
}

/** A VAE for texts, created by `sequenceVae()`. Texts x are int32 [batch, length]: word indices from 1, then zeros. */
export interface SequenceVae extends Displayable {
  readonly spec: FactorySpec;
  readonly vocabulary: number;
  readonly length: number;
  readonly latentDim: number;
  readonly prior: Normal;
  /** The weight of the rate in the loss. */
  readonly beta: number;
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
  /** For `fit`: one phase, "elbo", with the terms distortion and rate, and any terms that the objective adds. */
  readonly phases: readonly [Phase<"elbo", "distortion" | "rate">];
  /** All variables that training changes. */
  variables(): tf.Variable[];
  /** q(z | x). The caller owns its tensors; use `tf.tidy`. */
  encode(x: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z) for z [batch, latentDim]. The caller owns its tensors; use `tf.tidy`. */
  decode(z: tf.Tensor, context?: NetworkContext): WrittenText;
  /**
   * Distortion and rate of x, each [batch], in nats, with one draw of z. The distortion sums over the words of a text
   * and its end.
   */
  terms(x: tf.Tensor, rng: Rng, training?: boolean): VaeTerms;
  /** Checks data once, before they are used. */
  check(where: string, batch: Readonly<Record<string, tf.Tensor>>): void;
  /** The codes of x, means of q(z | x): [examples, latentDim]. */
  embed(x: tf.Tensor): tf.Tensor2D;
  /** The text decoded from the code of each x, int32 [examples, length]; `words` defaults to "greedy". */
  reconstruct(x: tf.Tensor, options?: WritingOptions): tf.Tensor2D;
  /**
   * Writes texts at `steps` points on the line between the codes of two texts [1, length]: int32 [steps, length];
   * `words` defaults to "greedy".
   */
  interpolate(from: tf.Tensor, to: tf.Tensor, steps: number, options?: WritingOptions): tf.Tensor2D;
  /** Writes n texts from codes drawn from the prior, int32 [n, length]; `words` defaults to "draw". */
  sample(n: number, options?: WritingOptions): tf.Tensor2D;
  /** Importance-sampled log p(x): [examples], nats. */
  logLikelihood(x: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
  /** A text summary of the networks and the number of trained parameters. */
  summary(): string;
  /** Frees everything that `sequenceVae()` created, but not networks that were passed in. A second call does nothing. */
  dispose(): void;
}

/** Rows × length × vocabulary in one step of importance sampling: about 16 MB for each tensor of log-probabilities. */
const scoresPerStep = 4e6;

const schema = optionsSchema<SequenceVaeOptions>({
  ...elboPhaseRules,
  vocabulary: wholeNumber(),
  length: wholeNumber(),
  latentDim: wholeNumber(),
  embedding: wholeNumber().optional(),
  units: wholeNumber().optional(),
  wordDropout: probability.optional(),
  encoder: networkRule.optional(),
  encoderHead: flag.optional(),
  decoder: networkRule.optional(),
  seed: seedRule.optional(),
});

/**
 * A VAE whose decoder writes texts word by word and receives the code at every step (Bowman et al. 2016): p(x | z) =
 * Π p(x_t | x_1 … x_{t−1}, z), with N(0, I) as the prior. In training the decoder sees the true preceding words.
 *
 * If the decoder predicts well from the preceding words, it does not need the code, and the rate falls to zero. To prevent
 * this, use an increasing schedule `beta` in `fit` (their section 3.1), an `objective` with free bits, or `wordDropout`.
 *
 * @throws ArgumentError for shapes that do not match, options out of range, and unknown options
 */
export function sequenceVae(options: SequenceVaeOptions): SequenceVae {
  const where = "sequenceVae()";
  checkOptions(where, schema, options);
  const { vocabulary, length, latentDim, beta = 1, samples = 1 } = options;
  const { encoder, decoder } = makeNetworks(where, options);
  const prior = standardNormal([latentDim]);
  const support = textSupport(vocabulary);
  const trainable = () => trainableWeights(encoder, decoder);

  const encode: SequenceVae["encode"] = (x, context = {}) => {
    checkText("encode()", x, length);
    return normalOf(encoder.apply(x, { ...context }) as tf.Tensor2D);
  };
  const decode: SequenceVae["decode"] = (z, context = {}) => {
    checkShape("decode()", "z", z, [latentDim]);
    const logits = (before: tf.Tensor, codes: tf.Tensor) => decoder.apply([before, codes], { ...context }) as tf.Tensor;
    return writtenText({ z, length, vocabulary, logits });
  };
  const forward = (x: tf.Tensor, stream: Rng, training: boolean) => {
    const [draws, layers, own] = stream.split(3) as [Rng, Rng, Rng];
    const context = { training, rng: layers };
    const posterior = encode(x, context);
    const drawn = drawBatch(x, posterior, {
      samples,
      rng: draws,
      decode: (z) => decode(z, context),
      distortion: (repeated, decoded) => perExample(tf.neg(decoded.logProb(repeated))),
    });
    return { ...drawn, posterior, prior, rng: own, rate: kl(posterior, prior) };
  };
  const check = (at: string, x: tf.Tensor): void => {
    checkText(at, x, length);
    checkSupport(support, x, at, "x");
  };
  const code = (x: tf.Tensor): tf.Tensor => encode(x).mean();
  const write = (at: string, z: tf.Tensor, writing: WritingOptions, byDefault: "greedy" | "draw"): tf.Tensor2D => {
    const { words = byDefault, seed = 0 } = writing;
    checkOneOf(at, "words", words, ["greedy", "draw"]);
    const stream = rng(seed).fold(1);
    return inBatches(z, (part) =>
      words === "draw" ? decode(part).sample(stream) : decode(part).greedy(),
    ) as tf.Tensor2D;
  };
  const phase = elboPhase(options, trainable, ({ x }, stream, training) => forward(x as tf.Tensor, stream, training), {
    inputs: ["x"],
  });

  return {
    spec: { factory: "sequenceVae", options: { ...options, encoder, decoder, encoderHead: false } },
    vocabulary,
    length,
    latentDim,
    prior,
    beta,
    encoder,
    decoder,
    phases: [phase],
    variables: () => weights(encoder, decoder),
    encode,
    decode,
    terms(x, stream, training = false) {
      const { distortion, rate } = forward(x, stream, training);
      return { distortion, rate };
    },
    check: (at, { x }) => check(at, x as tf.Tensor),
    embed(x) {
      check("embed()", x);
      return inBatches(x, code) as tf.Tensor2D;
    },
    reconstruct(x, writing = {}) {
      check("reconstruct()", x);
      return tf.tidy(() => write("reconstruct()", inBatches(x, code), writing, "greedy"));
    },
    interpolate(from, to, steps, writing = {}) {
      check("interpolate()", from);
      check("interpolate()", to);
      return tf.tidy(() => write("interpolate()", interpolateCodes(code(from), code(to), steps), writing, "greedy"));
    },
    sample(n, writing = {}) {
      checkWholeNumber("sample()", "n", n);
      return tf.tidy(() => write("sample()", rng(writing.seed ?? 0).normal([n, latentDim]), writing, "draw"));
    },
    async logLikelihood(x, sampling) {
      check("logLikelihood()", x);
      const rows = Math.max(1, Math.floor(scoresPerStep / (length * vocabulary)));
      return logLikelihood({ prior, encode, decode, rows }, x, sampling);
    },
    summary: () => summary(trainable(), { encoder, decoder }),
    [displaySymbol]() {
      return showModel({ ...this, dataShape: [length] }, { prior: "N(0, I)" });
    },
    dispose: once(() => {
      disposeOwn(encoder, options.encoder);
      disposeOwn(decoder, options.decoder);
    }),
  };
}

function makeNetworks(
  where: string,
  options: SequenceVaeOptions,
): { encoder: tf.LayersModel; decoder: tf.LayersModel } {
  const { vocabulary, length, latentDim, embedding = 64, units = 128, wordDropout = 0, seed = 0 } = options;
  const [encoderSeed, headSeed, decoderSeed] = rng(seed).split(3) as [Rng, Rng, Rng];
  const sizes = { vocabulary, length, embedding, units };
  const body = options.encoder ?? wordEncoder({ ...sizes, seed: encoderSeed });
  checkInput(where, "encoder", body, [length]);
  const head = headOption(options.encoderHead, options.encoder);
  const encoder = withHead(`${where} encoder`, body, 2 * latentDim, head, headSeed, { option: "encoderHead" });
  const decoder = options.decoder ?? wordDecoder({ ...sizes, latentDim, dropout: wordDropout, seed: decoderSeed });
  checkDecoder(where, decoder, { length, latentDim, vocabulary });
  return { encoder, decoder };
}

/** Checks that x has the type and shape of texts. It reads no values, so compiled code may call it. */
function checkText(where: string, x: tf.Tensor, length: number): void {
  const fits = x instanceof tf.Tensor && !x.isDisposed && x.dtype === "int32" && x.rank === 2;
  if (fits && x.shape[1] === length && (x.shape[0] as number) > 0) return;
  throw new ArgumentError(where, "x", x, `an int32 tensor of shape [examples, ${length}], with at least one example`);
}

/** Checks that a decoder takes words and a code, and returns log-probabilities. */
function checkDecoder(
  where: string,
  decoder: tf.LayersModel,
  { length, latentDim, vocabulary }: { length: number; latentDim: number; vocabulary: number },
): void {
  checkRandomLayers(where, "decoder", decoder);
  const given = [...(decoder.inputs ?? []), ...(decoder.outputs ?? [])].map(({ shape }) => shape.slice(1));
  const needed = [[length], [latentDim], [length, vocabulary]];
  if (JSON.stringify(given) === JSON.stringify(needed)) return;
  const accepted = `a network with inputs [${length}] and [${latentDim}] and the output [${length}, ${vocabulary}] per example`;
  throw new ArgumentError(where, "decoder", given, accepted);
}
