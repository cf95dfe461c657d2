import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { readValues } from "../../runtime/read-values";
import { flag } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";

/** Options of `tfIdf()`. */
export interface TfIdfOptions {
  /** Whether the term frequency of a word that occurs n times in a text is 1 + ln n instead of n; defaults to true. */
  sublinear?: boolean;
}

/** Weights word counts, float32 [texts, words], and returns rows of Euclidean length 1 (0 for a text without words). */
export type TfIdf = (counts: tf.Tensor2D) => tf.Tensor2D;

/**
 * Term frequency times inverse document frequency (Spärck Jones 1972), in the smoothed form idf = ln((1 + n) / (1 + df)) + 1 that
 * scikit-learn uses. The document frequencies come from the counts of the training texts. The returned function uses them to
 * weight any counts.
 *
 * @param training word counts, float32 [texts, words]
 * @throws ArgumentError for counts with another shape, and unknown options
 */
export function tfIdf(training: tf.Tensor2D, options: TfIdfOptions = {}): TfIdf {
  checkOptions(where, schema, options);
  const { sublinear = true } = options;
  check("training", training);
  const [texts, words] = training.shape;
  // Stored as numbers, so the function owns no native memory.
  const idf = readValues(() => {
    const textCounts = tf.greater(training, 0).toFloat().sum(0);
    return tf.sub(Math.log(1 + texts), tf.log1p(textCounts)).add(1);
  });
  return (counts) => {
    check("counts", counts, words);
    return tf.tidy(() => {
      // For n = 0, the logarithm is log 1, and the sign makes the product 0.
      const frequency = sublinear ? tf.mul(counts.sign(), counts.maximum(1).log().add(1)) : counts;
      const weighted = frequency.mul(tf.tensor1d(idf));
      return weighted.div(weighted.norm("euclidean", 1, true).maximum(smallest)) as tf.Tensor2D;
    });
  };
}

const where = "tfIdf()";
const schema = optionsSchema<TfIdfOptions>({ sublinear: flag.optional() });
const smallest = 1e-12;

function check(name: string, counts: tf.Tensor2D, words?: number): void {
  if (
    counts instanceof tf.Tensor &&
    !counts.isDisposed &&
    counts.rank === 2 &&
    (words === undefined || counts.shape[1] === words)
  )
    return;
  throw new ArgumentError(where, name, counts, `a tensor of shape [texts, ${words ?? "words"}]`);
}
