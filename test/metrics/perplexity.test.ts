import { expect, test } from "vitest";
import { multinomial } from "../../src/distributions/multinomial";
import { perplexity } from "../../src/metrics/perplexity";
import { tf } from "../../src/runtime/tensorflow";

test("equally probable words have their number as perplexity, whatever the lengths of the documents", () => {
  const counts = tf.tensor2d([
    [3, 0, 1, 0],
    [0, 40, 0, 2],
  ]);
  const logProbs = multinomial({ logits: tf.zeros([2, 4]) }).logProb(counts);
  for (const average of ["words", "documents"] as const) {
    expect(perplexity(logProbs, counts.sum(1), { average })).toBeCloseTo(4, 4);
  }
});

test("it is the geometric mean over words, or over documents", () => {
  const logProbs = tf.tensor1d([-2 * Math.log(10), -6 * Math.log(20), 0]);
  const words = tf.tensor1d([2, 6, 0], "int32");
  expect(perplexity(logProbs, words)).toBeCloseTo(10 ** (2 / 8) * 20 ** (6 / 8), 3);
  expect(perplexity(logProbs, words, { average: "documents" })).toBeCloseTo(Math.sqrt(10 * 20), 3);
});

test.each([
  [[Number.NaN], [1], /logProbs must be finite numbers, but got NaN/],
  [[-1], [0.5], /words must be whole numbers of at least 0, but got 0.5/],
  [[-1], [0], /words must be above 0 in one of them, but got 'no word in any document'/],
  [[-1, -1], [1], /words must be of shape \[2\], one for each of logProbs, but got \[ 1 \]/],
])("refuses %j and %j", (logProbs, words, message) => {
  expect(() => perplexity(tf.tensor1d(logProbs), tf.tensor1d(words))).toThrow(message);
});

test("refuses another average", () => {
  expect(() => perplexity(tf.ones([1]), tf.ones([1]), { average: "mean" as never })).toThrow(
    /average must be "words" or "documents", but got 'mean'/,
  );
});
