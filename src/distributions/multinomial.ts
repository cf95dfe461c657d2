import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildDistribution } from "./build-distribution";
import { sumOver } from "./build-factorized";
import { classShape, expectedLogs } from "./categorical";
import { complement } from "./complement";
import type { Distribution } from "./distribution";
import { oneHot } from "./one-hot";
import { classesRule } from "./parameters";
import { supports } from "./support";

/** Parameters of `multinomial()`. */
export interface MultinomialOptions {
  /** Unnormalized log-probabilities, [batch, …event, words]; −Infinity excludes a word */
  logits: tf.Tensor;
  /** The number of words in a draw. The moments and the entropy depend on it. Defaults to 1. */
  total?: number;
}

/** A distribution of word counts, created by `multinomial()`. */
export interface Multinomial extends Distribution {
  readonly family: "multinomial";
  readonly parameters: { readonly logits: tf.Tensor; readonly total: number };
}

/** Float32 represents whole numbers exactly up to 2²⁴. */
const isLength = (total: unknown): boolean =>
  Number.isInteger(total) && (total as number) > 0 && (total as number) < 2 ** 24;

const schema = optionsSchema<MultinomialOptions>({
  logits: classesRule,
  total: accepts<number>(isLength, "a whole number of at least 1").optional(),
});

/**
 * A distribution over texts with independently drawn words, as counts of each word: float32 [batch, …event, words].
 *
 * `logProb` is the log-probability of the words *in their order*, given their number: Σ n_w log p_w. It omits the
 * multinomial coefficient (Σ n_w)! / Π n_w!, the number of orders with the same counts, because this does not depend on the
 * parameters, and perplexity per word is defined for the text, not for its counts. `logProb` accepts texts of any length;
 * `total` is the length of a draw. Draws have no gradient.
 *
 * @throws ArgumentError for logits of another type or shape, a total out of range, and unknown options
 */
export function multinomial(options: MultinomialOptions): Multinomial {
  checkOptions("multinomial()", schema, options);
  const { logits, total = 1 } = options;
  const shape = classShape("multinomial()", logits);
  const sumEvent = sumOver(shape.length - 1);
  const words = shape.at(-1) as number;
  const probs = () => tf.softmax(logits);
  const distribution = buildDistribution({
    family: "multinomial",
    shape,
    reparameterized: false,
    support: supports.counts,
    sample(rng, prefix) {
      // argmax(logits + Gumbel noise) has the probabilities softmax(logits): Gumbel 1954.
      const drawn = tf.argMax(tf.add(logits, rng.gumbel([...prefix, total, ...shape])), -1);
      return tf.sum(oneHot(drawn, words), prefix.length);
    },
    logProb: (x) => expectedLogs(x, tf.logSoftmax(logits), sumEvent),
    mean: () => tf.mul(probs(), total),
    variance: () => tf.mul(tf.mul(probs(), complement(probs())), total),
    entropy: () => tf.mul(expectedLogs(probs(), tf.logSoftmax(logits), sumEvent), -total),
  });
  return { ...distribution, parameters: { logits, total } };
}
