import { displaySymbol } from "../display/mime-bundle";
import { normal } from "../distributions/normal";
import { multinomialLikelihood } from "../likelihoods/multinomial-likelihood";
import { logCounts } from "../networks/log-counts";
import { mlp } from "../networks/mlp";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { rng } from "../runtime/rng";
import { positive, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { once } from "./core/dispose-own";
import { showModel } from "./core/show-model";
import { vaeRules } from "./core/vae-rules";
import { headOption } from "./core/with-head";
import { type Vae, type VaeOptions, vae } from "./vae";

/** Options of `neuralDocumentModel()`. */
export interface NeuralDocumentModelOptions extends Omit<VaeOptions, "dataShape" | "likelihood"> {
  /** The size of the vocabulary. A document is float32 [words]: the number of times each word occurs in it. */
  words: number;
  /**
   * α > 0, which makes documents mixtures of topics: the decoder sees softmax(z), the topic proportions, and p(z) is the
   * normal distribution that approximates a symmetric Dirichlet(α) over the proportions. Without it, the decoder sees z,
   * and p(z) is N(0, I).
   */
  concentration?: number;
}

/** The topic of a latent dimension. Words are vocabulary indices, the most affected first. */
export interface Topic {
  /** The words that become more probable as the dimension increases. */
  readonly raised: Int32Array;
  /** The words that become less probable. */
  readonly lowered: Int32Array;
}

/** A topic model, created by `neuralDocumentModel()`. */
export interface NeuralDocumentModel extends Vae {
  /**
   * For each dimension, the `count` words that a step from z = 0 to 1 along it raises and lowers most. These are the words
   * that contribute most to the KL divergence between p(word | z) before and after the step.
   */
  topics(count: number): readonly Topic[];
}

const { dataShape: _dataShape, likelihood: _likelihood, ...rules } = vaeRules;
const schema = optionsSchema<NeuralDocumentModelOptions>({
  ...rules,
  words: wholeNumber(),
  concentration: positive.optional(),
});

/**
 * The neural variational document model (Miao, Yu & Blunsom 2016, section 3): a VAE for documents as bags of words. p(word |
 * z) is softmax(R z + b), a linear decoder, so every dimension of z corresponds to a list of words. The encoder sees log(1 +
 * count); the likelihood sees the counts. With `concentration` it is the product of experts of ProdLDA (Srivastava & Sutton
 * 2017, section 4), without its batch normalization.
 *
 * @throws ArgumentError for shapes that do not match, options out of range, and unknown options
 */
export function neuralDocumentModel(options: NeuralDocumentModelOptions): NeuralDocumentModel {
  const where = "neuralDocumentModel()";
  checkOptions(where, schema, options);
  const { words, concentration, ...vaeOptions } = options;
  const { latentDim, hidden = [256], prior, seed = 0 } = vaeOptions;
  if (concentration !== undefined && prior !== undefined) {
    throw new ArgumentError(
      where,
      "prior",
      prior,
      "omitted if a concentration is given, because that determines the prior",
    );
  }
  const encoder = options.encoder ?? mlp({ inputs: words, first: logCounts(), hidden, seed: rng(seed).fold(0) });
  const shares = concentration === undefined ? {} : { first: tf.layers.softmax() };
  const decoder = options.decoder ?? mlp({ inputs: latentDim, ...shares, hidden: [] });
  const model = vae({
    ...vaeOptions,
    dataShape: words,
    encoder,
    decoder,
    encoderHead: headOption(options.encoderHead, options.encoder),
    decoderHead: headOption(options.decoderHead, options.decoder),
    likelihood: multinomialLikelihood(),
    ...(concentration !== undefined && { prior: nearDirichlet(where, concentration, latentDim) }),
  });
  const networks = { encoder: model.encoder, decoder: model.decoder, encoderHead: false, decoderHead: false };
  return {
    ...model,
    spec: { factory: "neuralDocumentModel", options: { ...options, ...networks } },
    [displaySymbol]() {
      const ofTopics = `N(0, σ²), near Dirichlet(${concentration}) of topics`;
      return showModel(this, concentration === undefined ? {} : { prior: ofTopics });
    },
    dispose: once(() => {
      model.dispose();
      // Created here and passed to vae(), which therefore does not free them.
      if (options.encoder === undefined) encoder.dispose();
      if (options.decoder === undefined) decoder.dispose();
    }),
    topics(count) {
      if (!(Number.isInteger(count) && count > 0 && count <= words)) {
        throw new ArgumentError("topics()", "count", count, `a whole number from 1 to ${words}, the number of words`);
      }
      const [base, ends] = tf.tidy(() => {
        const probs = (z: tf.Tensor) => model.decode(z).mean().arraySync() as number[][];
        return [probs(tf.zeros([1, latentDim]))[0] as number[], probs(tf.eye(latentDim))];
      });
      return ends.map((end) => ({ raised: most(end, base, count), lowered: most(base, end, count) }));
    },
  };
}

/** Replaces a probability that float32 rounds to 0. */
const smallest = 1e-38;

/**
 * The words with the largest terms p log(p / q) of KL(p ‖ q). This excludes rare words that double and frequent words
 * that stay the same.
 */
function most(p: readonly number[], q: readonly number[], count: number): Int32Array {
  const log = (probability: number) => Math.log(Math.max(probability, smallest));
  const shares = p.map((value, word) => value * (log(value) - log(q[word] as number)));
  return Int32Array.from(shares.keys())
    .sort((a, b) => (shares[b] as number) - (shares[a] as number))
    .slice(0, count);
}

/**
 * The normal distribution of z for which softmax(z) approximates Dirichlet(α, …, α) (Srivastava & Sutton 2017, equation 3).
 * For equal α, its mean is 0 and its variance in each dimension is (1 − 2/K)/α + 1/(K α).
 */
function nearDirichlet(where: string, alpha: number, latentDim: number) {
  if (latentDim < 2) throw new ArgumentError(where, "latentDim", latentDim, "at least 2, for a mixture of topics");
  const variance = (1 - 2 / latentDim) / alpha + 1 / (latentDim * alpha);
  return normal({ mean: 0, logVar: Math.log(variance), shape: [1, latentDim] });
}
