import { ArgumentError } from "../runtime/argument-error";
import type { Rng } from "../runtime/rng";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import { buildDistribution, checkEventShape } from "./build-distribution";
import { sumOver } from "./build-factorized";
import { expectedLogs } from "./categorical";
import type { Distribution } from "./distribution";
import { oneHot } from "./one-hot";
import type { Support } from "./support";

/** Options of `writtenText()`. */
export interface WrittenTextOptions {
  /** The codes, [batch, latentDim]. */
  z: tf.Tensor;
  /** The number of words in a row. */
  length: number;
  /** The size of the vocabulary, including 0. */
  vocabulary: number;
  /**
   * Unnormalized log-probabilities [rows, length, vocabulary], from the words before each position, int32 [rows,
   * length], and codes [rows, latentDim].
   */
  logits(before: tf.Tensor, z: tf.Tensor): tf.Tensor;
}

/** p(x | z) of a text x, int32 [batch, length]: words, then zeros. */
export interface WrittenText extends Distribution {
  readonly family: "writtenText";
  /** The greedy text: the most probable word at each position, given the preceding words: int32 [batch, length]. */
  greedy(): tf.Tensor2D;
}

/**
 * A distribution over texts that are written word by word: p(x | z) = Π p(x_t | x_1 … x_{t−1}, z). The first 0 ends a text
 * and is part of it; positions after it are not. The probabilities of all texts of at most `length` words therefore sum to
 * one.
 */
export function writtenText({ z, length, vocabulary, logits }: WrittenTextOptions): WrittenText {
  const [batch = 1, latent = 1] = z.shape;

  /** Writes one text for each row of codes, position by position. */
  const write = (codes: tf.Tensor, choose: (scores: tf.Tensor2D) => tf.Tensor): tf.Tensor2D =>
    tf.tidy(() => {
      const rows = codes.shape[0] as number;
      let text = tf.zeros([rows, length], "int32");
      let going = tf.ones([rows], "int32");
      for (let place = 0; place < length; place++) {
        // The decoder processes all positions each time. Later positions do not affect this one, and no second form of the
        // decoder is needed.
        const scores = logits(wordsBefore(text), codes).slice([0, place, 0], [rows, 1, vocabulary]);
        const word = choose(scores.reshape([rows, vocabulary])).mul(going);
        const here = tf.cast(oneHot(tf.tensor1d([place], "int32"), length), "int32");
        text = text.add(word.expandDims(1).mul(here));
        going = going.mul(word.notEqual(0).cast("int32"));
      }
      return text as tf.Tensor2D;
    });

  const distribution = buildDistribution({
    family: "writtenText",
    shape: [batch, length],
    reparameterized: false,
    support: textSupport(vocabulary),
    sample(rng: Rng, prefix) {
      const codes = tf.tile(z, [prefix[0] ?? 1, 1]);
      const text = write(codes, (scores) => tf.argMax(scores.add(rng.gumbel(scores.shape)), -1));
      return text.reshape([...prefix, batch, length]);
    },
    logProb(x) {
      const [draws, most] = [x.rank === 3 ? (x.shape[0] as number) : 1, Math.max(batch, x.shape.at(-2) as number)];
      const rows = (t: tf.Tensor) =>
        t.shape.at(-2) === most ? t : tf.tile(t, [...t.shape.slice(2).map(() => 1), most, 1]);
      const words = rows(x).reshape([draws * most, length]);
      const codes = tf.tile(rows(z), [draws, 1]).reshape([draws * most, latent]);
      // Positions after the end of a text have weight 0.
      const weights = tf.mul(oneHot(words, vocabulary), notAfterEnd(words).toFloat().expandDims(-1));
      const logProbs = tf.logSoftmax(logits(wordsBefore(words), codes));
      return expectedLogs(weights, logProbs, sumOver(2)).reshape(x.rank === 3 ? [draws, most] : [most]);
    },
    check(where, x, shape) {
      if (!(x instanceof tf.Tensor) || x.dtype !== "int32") throw new ArgumentError(where, "x", x, "an int32 tensor");
      checkEventShape(where, x.shape, shape);
    },
  });
  return {
    ...distribution,
    greedy: () => stopGradient(() => write(z, (scores) => tf.argMax(scores, -1))),
  };
}

/** Rows of words of a vocabulary that contain only zeros after their end. */
export function textSupport(vocabulary: number): Support {
  return {
    description: `words 0 to ${vocabulary - 1} (int32), with zeros only at the end of a row`,
    contains(x) {
      const known = tf.logicalAnd(tf.greaterEqual(x, 0), tf.less(x, vocabulary));
      return tf.logicalAnd(known, tf.logicalOr(notAfterEnd(x), tf.equal(x, 0)));
    },
  };
}

/** Which positions belong to a text: its words and the 0 that ends it. */
const notAfterEnd = (x: tf.Tensor): tf.Tensor => tf.equal(tf.cumsum(tf.equal(x, 0).cast("int32"), x.rank - 1, true), 0);

/** The word before each position of [rows, length]; 0 before the first. */
const wordsBefore = (text: tf.Tensor): tf.Tensor => {
  const [rows = 1, length = 1] = text.shape;
  return tf.concat([tf.zeros([rows, 1], "int32"), tf.slice(text, [0, 0], [rows, length - 1])], 1);
};
