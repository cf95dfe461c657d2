import { sum } from "d3-array";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { oneOf } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** Options of `perplexity()`. */
export interface PerplexityOptions {
  /**
   * `"words"`: every word has the same weight, exp(−Σ log p / Σ N). `"documents"`: every document has the same weight,
   * whatever its length, exp(−mean of log p / N), as in Miao et al. 2016 (section 5.2). Defaults to "words".
   */
  average?: "words" | "documents";
}

const schema = optionsSchema<PerplexityOptions>({
  average: oneOf("words", "documents").optional(),
});

/**
 * The perplexity per word of documents under a model: the number of equally probable words that would be as hard to
 * predict. With a lower bound on log p, the result is an upper bound.
 *
 * @param logProbs log p of each document's words, or a lower bound on it, [documents], nats
 * @param words the number of words of each document, [documents], whole numbers of at least 0 that are not all 0; the
 *   average over documents omits documents without words
 * @throws ArgumentError for tensors of different shapes, values out of range, documents without any words, and unknown
 *   options
 */
export function perplexity(logProbs: tf.Tensor, words: tf.Tensor, options: PerplexityOptions = {}): number {
  checkOptions("perplexity()", schema, options);
  const { average = "words" } = options;
  const nats = column("logProbs", logProbs, Number.isFinite, "finite numbers");
  const lengths = column("words", words, (n) => Number.isInteger(n) && n >= 0, "whole numbers of at least 0");
  if (nats.length !== lengths.length) {
    throw new ArgumentError(
      "perplexity()",
      "words",
      words.shape,
      `of shape [${nats.length}], one for each of logProbs`,
    );
  }
  const total = sum(lengths);
  if (total === 0)
    throw new ArgumentError("perplexity()", "words", "no word in any document", "above 0 in one of them");
  if (average === "words") return Math.exp(-sum(nats) / total);
  const rates = [...nats].flatMap((value, i) => (lengths[i] === 0 ? [] : [value / (lengths[i] as number)]));
  return Math.exp(-sum(rates) / rates.length);
}

/** The values of a tensor [documents], checked. */
function column(
  name: string,
  t: tf.Tensor,
  fits: (value: number) => boolean,
  accepted: string,
): Float32Array | Int32Array {
  if (!(t instanceof tf.Tensor) || t.isDisposed || t.rank !== 1 || t.size === 0 || t.dtype === "bool") {
    throw new ArgumentError("perplexity()", name, t, "a tensor of shape [documents], with at least 1");
  }
  const values = t.dataSync() as Float32Array | Int32Array;
  const wrong = values.find((value: number) => !fits(value));
  if (wrong !== undefined) throw new ArgumentError("perplexity()", name, wrong, accepted);
  return values;
}
