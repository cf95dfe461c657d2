import { checkShape } from "../distributions/check-data";
import { kl } from "../distributions/kl";
import type { Normal } from "../distributions/normal";
import { perExample } from "../distributions/per-example";
import { standardNormal } from "../distributions/standard-normal";
import { checkSupport } from "../distributions/support";
import { textSupport, type WrittenText, writtenText } from "../distributions/written-text";
import { type LogLikelihoodOptions, logLikelihood } from "../inference/log-likelihood";
import type { NetworkContext } from "../networks/network-context";
import { wordDecoder } from "../networks/word-decoder";
import { wordEncoder } from "../networks/word-encoder";
import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { checkSizes } from "../runtime/check-sizes";
import { inBatches } from "../runtime/in-batches";
import { type Rng, rng } from "../runtime/rng";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import { checkBeta, type ElboPhaseOptions, elboPhase, type VaeTerms } from "./core/elbo-phase";
import { trainableWeights, weights } from "./core/encoder-decoder";
import { summary } from "./core/summary";
import { checkInput, withHead } from "./core/with-head";
import { normalOf } from "./vae";

/** Options of `sequenceVae()`. */
export interface SequenceVaeOptions extends ElboPhaseOptions {
  /** The number of words, with 0, which ends a text and fills what is left of its row. */
  vocabulary: number;
  /** The words of a row: of the longest text. */
  length: number;
  /** The number of latent dimensions. */
  latentDim: number;
  /** The dimensions of a word's vector; defaults to 64. */
  embedding?: number;
  /** The size of the state of the encoder's and of the decoder's GRU; defaults to 128. */
  units?: number;
  /** The probability that the decoder is not told a word before, in training, in [0, 1]; defaults to 0. */
  wordDropout?: number;
  /** The body of the encoder, int32 [batch, length] → any shape; defaults to `wordEncoder()`. A linear head is added. */
  encoder?: tf.LayersModel;
  /** Set to false where the encoder itself ends in the 2 · latent parameters; defaults to true. */
  encoderHead?: boolean;
  /** The decoder, of two inputs, the words before int32 [batch, length] and z [batch, latent]; defaults to `wordDecoder()`. */
  decoder?: tf.LayersModel;
  /** The seed of the initial weights; defaults to 0. */
  seed?: number;
}

/** How texts are written. */
export interface WritingOptions {
  /** At each place the `"greedy"` word given those before, or a `"draw"`. */
  words?: "greedy" | "draw";
  /** Defaults to 0. */
  seed?: number;
}

/** A VAE of texts; made by `sequenceVae()`. Texts x are int32 [batch, length]: words from 1 on, then zeros. */
export interface SequenceVae {
  readonly spec: FactorySpec;
  readonly vocabulary: number;
  readonly length: number;
  readonly latentDim: number;
  readonly prior: Normal;
  /** The weight of the rate in the loss. */
  readonly beta: number;
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
  /** What `fit` needs: one phase, "elbo", with the terms distortion and rate, and those that the objective adds. */
  readonly phases: readonly [Phase<"elbo", "distortion" | "rate">];
  /** Everything that training changes. */
  variables(): tf.Variable[];
  /** q(z | x); its tensors are the caller's, for `tf.tidy`. */
  encode(x: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z) of z [batch, latent]; its tensors are the caller's, for `tf.tidy`. */
  decode(z: tf.Tensor, context?: NetworkContext): WrittenText;
  /** Distortion and rate of x, with one draw of z: the nats of all words of a text and of its end. */
  terms(x: tf.Tensor, rng: Rng, training?: boolean): VaeTerms;
  /** Checks data once, before they are used. */
  check(where: string, batch: Readonly<Record<string, tf.Tensor>>): void;
  /** The codes of x, means of q(z | x): [examples, latent]. */
  embed(x: tf.Tensor): tf.Tensor2D;
  /** The text at the code of each x, int32 [examples, length]; `words` defaults to "greedy". */
  reconstruct(x: tf.Tensor, options?: WritingOptions): tf.Tensor2D;
  /** Writes at `steps` points on the line between the codes of two texts [1, length]; `words` defaults to "greedy". */
  interpolate(from: tf.Tensor, to: tf.Tensor, steps: number, options?: WritingOptions): tf.Tensor2D;
  /** Writes n texts at codes from the prior, int32 [n, length]; `words` defaults to "draw". */
  sample(n: number, options?: WritingOptions): tf.Tensor2D;
  /** Importance-sampled log p(x): [examples], nats. */
  logLikelihood(x: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
  /** The networks and the number of trained parameters, as text. */
  summary(): string;
  dispose(): void;
}

/** Rows × length × vocabulary of one step of importance sampling: some 16 MB for each tensor of log-probabilities. */
const scoresPerStep = 4e6;

/**
 * A VAE whose decoder writes texts word by word and is given the code at every step (Bowman et al. 2016): p(x | z) =
 * Π p(x_t | x_1 … x_{t−1}, z), with N(0, I) as the prior. In training the decoder sees the true words before.
 *
 * A decoder that predicts well from the words before needs no code, and its rate falls to zero: give `fit` a schedule `beta`
 * that rises (their section 3.1), an `objective` with free bits, or `wordDropout`.
 *
 * @throws ArgumentError for shapes that do not fit
 */
export function sequenceVae(options: SequenceVaeOptions): SequenceVae {
  const where = "sequenceVae()";
  const { vocabulary, length, latentDim, embedding = 64, units = 128, wordDropout = 0, beta = 1, seed = 0 } = options;
  for (const [name, size] of Object.entries({ vocabulary, length, latentDim, embedding, units })) {
    checkSizes(where, name, [size]);
  }
  if (!(wordDropout >= 0 && wordDropout <= 1)) {
    throw new ArgumentError(where, "wordDropout", wordDropout, "a probability in [0, 1]");
  }
  checkBeta(where, beta);
  const [encoderSeed, headSeed, decoderSeed] = rng(seed).split(3) as [Rng, Rng, Rng];
  const sizes = { vocabulary, length, embedding, units };
  const body = options.encoder ?? wordEncoder({ ...sizes, seed: encoderSeed });
  checkInput(where, "encoder", body, [length]);
  const encoder = withHead(`${where} encoder`, body, 2 * latentDim, options.encoderHead ?? true, headSeed);
  const decoder = options.decoder ?? wordDecoder({ ...sizes, latentDim, dropout: wordDropout, seed: decoderSeed });
  checkDecoder(where, decoder, { length, latentDim, vocabulary });
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
    const posterior = encode(x, { training, rng: layers });
    const z = posterior.sample(draws) as tf.Tensor2D;
    const distortion = perExample(tf.neg(decode(z, { training, rng: layers }).logProb(x)));
    return { posterior, z, prior, rng: own, distortion, rate: kl(posterior, prior) };
  };
  const check = (at: string, x: tf.Tensor): void => {
    checkText(at, x, length);
    checkSupport(support, x, at, "x");
  };
  const code = (x: tf.Tensor): tf.Tensor => encode(x).mean();
  const write = (at: string, z: tf.Tensor, { words, seed: own = 0 }: WritingOptions): tf.Tensor2D => {
    if (words !== "greedy" && words !== "draw") {
      throw new ArgumentError(at, "words", words, '"greedy" or "draw"');
    }
    const stream = rng(own).fold(1);
    return inBatches(z, (part) =>
      words === "draw" ? decode(part).sample(stream) : decode(part).greedy(),
    ) as tf.Tensor2D;
  };

  return {
    spec: { factory: "sequenceVae", options: { ...options, encoder, decoder, encoderHead: false } },
    vocabulary,
    length,
    latentDim,
    prior,
    beta,
    encoder,
    decoder,
    phases: [elboPhase(options, trainable, ({ x }, stream, training) => forward(x as tf.Tensor, stream, training))],
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
      return tf.tidy(() => write("reconstruct()", inBatches(x, code), { words: "greedy", ...writing }));
    },
    interpolate(from, to, steps, writing = {}) {
      check("interpolate()", from);
      check("interpolate()", to);
      if (!(Number.isInteger(steps) && steps > 1)) {
        throw new ArgumentError("interpolate()", "steps", steps, "a whole number of at least 2");
      }
      return tf.tidy(() => {
        const [start, end] = [code(from), code(to)];
        const fraction = tf.linspace(0, 1, steps).reshape([steps, 1]);
        const codes = tf.add(start, tf.mul(tf.sub(end, start), fraction));
        return write("interpolate()", codes, { words: "greedy", ...writing });
      });
    },
    sample(n, writing = {}) {
      if (!(Number.isInteger(n) && n > 0)) {
        throw new ArgumentError("sample()", "n", n, "a whole number of at least 1");
      }
      return tf.tidy(() =>
        write("sample()", rng(writing.seed ?? 0).normal([n, latentDim]), { words: "draw", ...writing }),
      );
    },
    async logLikelihood(x, sampling) {
      check("logLikelihood()", x);
      const rows = Math.max(1, Math.floor(scoresPerStep / (length * vocabulary)));
      return logLikelihood({ prior, encode, decode, rows }, x, sampling);
    },
    summary: () => summary(trainable(), { encoder, decoder }),
    dispose() {
      encoder.dispose();
      decoder.dispose();
    },
  };
}

/** Checks by type and shape that x holds texts; reads no values, so that it may stand in compiled code. */
function checkText(where: string, x: tf.Tensor, length: number): void {
  const fits = x instanceof tf.Tensor && !x.isDisposed && x.dtype === "int32" && x.rank === 2;
  if (fits && x.shape[1] === length && (x.shape[0] as number) > 0) return;
  throw new ArgumentError(where, "x", x, `an int32 tensor of shape [examples, ${length}], with at least one example`);
}

/** Checks that a decoder takes words and a code, and gives log-probabilities. */
function checkDecoder(
  where: string,
  decoder: tf.LayersModel,
  { length, latentDim, vocabulary }: { length: number; latentDim: number; vocabulary: number },
): void {
  const given = [...(decoder.inputs ?? []), ...(decoder.outputs ?? [])].map(({ shape }) => shape.slice(1));
  const needed = [[length], [latentDim], [length, vocabulary]];
  if (JSON.stringify(given) === JSON.stringify(needed)) return;
  const accepted = `a network with inputs [${length}] and [${latentDim}] and the output [${length}, ${vocabulary}] per example`;
  throw new ArgumentError(where, "decoder", given, accepted);
}
