import { afterEach, beforeEach, expect, test } from "vitest";
import { wordDecoder } from "../../src/networks/word-decoder";
import { wordDropout } from "../../src/networks/word-dropout";
import { wordEncoder } from "../../src/networks/word-encoder";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const sizes = { vocabulary: 6, length: 4, embedding: 3, units: 5 };
const text = (...words: number[]): tf.Tensor2D => tf.tensor2d([words], [1, words.length], "int32");
const difference = (a: tf.Tensor, b: tf.Tensor): number => a.sub(b).abs().max().dataSync()[0] as number;

test("wordDropout() leaves out whole words, as often as it says, and the others stay as they are", () => {
  const words = 20_000;
  const y = wordDropout({ rate: 0.3 }).apply(tf.ones([1, words, 3]), { training: true, rng: rng(1) }) as tf.Tensor;
  const sums = new Set(y.sum(-1).dataSync());
  expect(sums).toEqual(new Set([0, 3]));
  const kept = y.mean().dataSync()[0] as number;
  expect(Math.abs(kept - 0.7)).toBeLessThan(tolerance.monteCarlo * Math.sqrt((0.3 * 0.7) / words));
  const none = wordDropout({ rate: 1 }).apply(tf.ones([1, 5, 3]), { training: true, rng: rng(1) }) as tf.Tensor;
  expect(none.sum().dataSync()[0]).toBe(0);
  expect(() => wordDropout({ rate: -0.1 })).toThrow(/rate must be a probability in \[0, 1\], but got -0.1/);
});

test("wordEncoder() reads every word, in order, and nothing of the zeros after the last", () => {
  const encoder = wordEncoder({ ...sizes, seed: 1 });
  const longer = wordEncoder({ ...sizes, length: 7, seed: 1 });
  const state = (network: tf.LayersModel, ...words: number[]) => network.apply(text(...words)) as tf.Tensor;
  expect(state(encoder, 1, 2, 0, 0).shape).toEqual([1, 5]);
  expect(difference(state(encoder, 1, 2, 0, 0), state(encoder, 2, 1, 0, 0))).toBeGreaterThan(1e-3);
  expect(difference(state(encoder, 1, 2, 0, 0), state(longer, 1, 2, 0, 0, 0, 0, 0))).toBeLessThan(1e-6);
});

test("wordDecoder() scores a place from the words before it and the code alone", () => {
  const decoder = wordDecoder({ ...sizes, latentDim: 2, seed: 1 });
  const scores = (z: number, ...before: number[]) => decoder.apply([text(...before), tf.fill([1, 2], z)]) as tf.Tensor;
  const first = (t: tf.Tensor) => t.slice([0, 0, 0], [1, 3, 6]);
  expect(scores(0, 0, 1, 2, 3).shape).toEqual([1, 4, 6]);
  expect(difference(first(scores(0, 0, 1, 2, 3)), first(scores(0, 0, 1, 2, 5)))).toBe(0);
  expect(difference(first(scores(0, 0, 1, 2, 3)), first(scores(0, 0, 1, 4, 3)))).toBeGreaterThan(1e-3);
  expect(difference(first(scores(0, 0, 1, 2, 3)), first(scores(1, 0, 1, 2, 3)))).toBeGreaterThan(1e-3);
});

test("their weights are those of the seed", () => {
  const numbers = (seed: number) =>
    wordEncoder({ ...sizes, seed })
      .getWeights()
      .flatMap((weight) => [...weight.dataSync()]);
  expect(numbers(1)).toEqual(numbers(1));
  expect(numbers(1)).not.toEqual(numbers(2));
  expect(() => wordEncoder({ ...sizes, units: 0 })).toThrow(/must be a whole number of at least 1/);
});
