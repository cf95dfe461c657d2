import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import { buildDistribution } from "./build-distribution";
import { sumOver } from "./build-factorized";
import { classShape } from "./categorical";
import type { Distribution } from "./distribution";
import { oneHot } from "./one-hot";
import { supports } from "./support";

/** Parameters of `multinomial()`. */
export interface MultinomialOptions {
  /** Unnormalized log-probabilities, [batch, …event, words] */
  logits: tf.Tensor;
  /** The number of words in a draw, on which the moments and the entropy depend; defaults to 1. */
  total?: number;
}

/** How often each word stands in a text; made by `multinomial()`. */
export interface Multinomial extends Distribution {
  readonly family: "multinomial";
  readonly parameters: { readonly logits: tf.Tensor; readonly total: number };
}

/**
 * Texts of words drawn independently of each other, told by how often each word occurs: float32 [batch, …event, words].
 *
 * `logProb` is that of the words *in their order*, given how many there are: Σ n_w log p_w, which by the order is not
 * changed. The number of orders that have the same counts (the multinomial coefficient (Σ n_w)! / Π n_w!) is not in it: it
 * depends on no parameter, and a perplexity per word is asked of the text, not of its table of counts. It takes texts of
 * any length; `total` is that of draws. Draws carry no gradient.
 */
export function multinomial({ logits, total = 1 }: MultinomialOptions): Multinomial {
  const shape = classShape("multinomial()", logits);
  if (!(Number.isInteger(total) && total > 0 && total < 2 ** 24)) {
    throw new ArgumentError("multinomial()", "total", total, "a whole number of at least 1");
  }
  const sumEvent = sumOver(shape.length - 1);
  const words = shape.at(-1) as number;
  const probs = () => tf.softmax(logits);
  const distribution = buildDistribution({
    family: "multinomial",
    shape,
    reparameterised: false,
    support: supports.counts,
    sample(rng, prefix) {
      // argmax(logits + Gumbel noise) has the probabilities softmax(logits): Gumbel 1954.
      const drawn = tf.argMax(tf.add(logits, rng.gumbel([...prefix, total, ...shape])), -1);
      return tf.sum(oneHot(drawn, words), prefix.length);
    },
    logProb: (x) => sumEvent(tf.mul(x, tf.logSoftmax(logits))),
    mean: () => tf.mul(probs(), total),
    variance: () => tf.mul(tf.mul(probs(), tf.sub(1, probs())), total),
    entropy: () => tf.mul(sumEvent(tf.mul(probs(), tf.logSoftmax(logits))), -total),
  });
  return { ...distribution, parameters: { logits, total } };
}
