import { afterAll, describe, expect, test } from "vitest";
import { exampleKeys, exampleStream, fromIntegers } from "../../src/inference/example-stream";
import { jit } from "../../src/jit/jit";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

const [examples, draws, dimensions] = [300, 200, 3];
const x = tf.tidy(() => rng(1).normal([examples, 5])) as tf.Tensor2D;
const keys = exampleKeys(x);
afterAll(() => tf.dispose([x, keys]));

const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

describe("exampleKeys()", () => {
  test("depend on the values alone, and differ where those do", () => {
    tf.tidy(() => {
      expect(numbers(exampleKeys(x.slice(7, 1)))).toEqual(numbers(keys.slice(7, 1)));
      const all = numbers(keys);
      const pairs = new Set(Array.from({ length: examples }, (_, i) => `${all[2 * i]} ${all[2 * i + 1]}`));
      expect(pairs.size).toBe(examples);
      expect(numbers(exampleKeys(tf.tensor2d([[0, 1]])))).toEqual(numbers(exampleKeys(tf.tensor2d([[-0, 1]]))));
      expect(numbers(exampleKeys(tf.tensor2d([[0, 1]])))).not.toEqual(numbers(exampleKeys(tf.tensor2d([[1, 0]]))));
    });
  });
});

describe("fromIntegers", () => {
  const extremes = () => tf.tensor1d([-(2 ** 31), -1, 0, 2 ** 31 - 1], "int32");

  test.each([false, true])("the extremes have finite values, XLA %s", (xla) => {
    const all = jit(
      (integers: tf.Tensor) => [
        fromIntegers.uniform(integers),
        fromIntegers.normal(integers),
        fromIntegers.gumbel(integers),
      ],
      { xla },
    );
    tf.tidy(() => {
      const [uniform, normal, gumbel] = all(extremes()).map(numbers) as [number[], number[], number[]];
      expect(uniform).toEqual([0, 0.5 - 2 ** -23, 0.5, 1 - 2 ** -23]);
      for (const value of [...normal, ...gumbel]) expect(Number.isFinite(value)).toBe(true);
      // The quantile of 2⁻²⁴ (half a step), by symmetry that of 1 − 2⁻²⁴.
      for (const value of [normal[0], -(normal[3] as number)]) expect(value).toBeCloseTo(-5.2948, 2);
      expect(normal[1]).toBeCloseTo(-(normal[2] as number), 9);
    });
    all.dispose();
  });
});

describe("exampleStream()", () => {
  const draw = (name: "normal" | "uniform" | "gumbel", shape: number[], of: tf.Tensor2D = keys): tf.Tensor =>
    exampleStream(rng(2), of, draws)[name](shape);

  test.each([
    ["normal", 0, 1],
    ["uniform", 0.5, 1 / 12],
    ["gumbel", 0.5772156649, Math.PI ** 2 / 6],
  ] as const)("%s draws have their mean and variance, over draws and over examples", (name, mean, variance) => {
    tf.tidy(() => {
      const z = draw(name, [draws, examples, dimensions]);
      expect(numbers(z).every(Number.isFinite)).toBe(true);
      const count = draws * examples * dimensions;
      expect(Math.abs((numbers(z.mean())[0] as number) - mean) / Math.sqrt(variance / count)).toBeLessThan(
        tolerance.monteCarlo,
      );
      const squares = numbers(z.sub(mean).square().mean())[0] as number;
      // Of a Gumbel variable, the fourth moment is 5.4 times the squared variance.
      expect(Math.abs(squares / variance - 1) / Math.sqrt(4.4 / count)).toBeLessThan(tolerance.monteCarlo);
      // Each example for itself.
      const worst = numbers(z.mean([0, 2])).map((value) => Math.abs(value - mean));
      expect(Math.max(...worst) / Math.sqrt(variance / (draws * dimensions))).toBeLessThan(tolerance.monteCarlo);
    });
  });

  test("two examples are uncorrelated, over pairs, and so are the dimensions and the draws of one", () => {
    tf.tidy(() => {
      const z = draw("normal", [draws, examples, dimensions]);
      const correlation = (a: tf.Tensor, b: tf.Tensor) =>
        Math.abs(numbers(a.mul(b).mean())[0] as number) * Math.sqrt(a.size);
      const half = (from: number) => z.slice([0, from, 0], [draws, examples / 2, dimensions]);
      // The pairs of one shift are not independent from draw to draw: the correlation is over the pairs.
      const pairs = half(0)
        .mul(half(examples / 2))
        .mean([0, 2]);
      const { mean, variance } = tf.moments(pairs);
      const error = Math.sqrt((numbers(variance)[0] as number) / pairs.size);
      expect(Math.abs(numbers(mean)[0] as number) / error).toBeLessThan(tolerance.monteCarlo);
      expect(
        correlation(z.slice([0, 0, 0], [draws, examples, 1]), z.slice([0, 0, 1], [draws, examples, 1])),
      ).toBeLessThan(tolerance.monteCarlo);
      expect(
        correlation(z.slice([0, 0, 0], [draws - 1, examples, 3]), z.slice([1, 0, 0], [draws - 1, examples, 3])),
      ).toBeLessThan(tolerance.monteCarlo);
    });
  });

  test.each([
    ["[draws, batch, …]", (n: number) => [draws, n, dimensions]],
    ["[draws · batch, …]", (n: number) => [draws * n, dimensions]],
    ["[batch, …]", (n: number) => [n, dimensions, draws]],
  ] as const)("an example has the same draws in any place and company: %s", (kind, shape) => {
    tf.tidy(() => {
      const places = [5, 17, 250];
      const some = tf.gather(keys, tf.tensor1d(places, "int32"));
      const of = (drawn: tf.Tensor, batch: number, place: number): number[] =>
        kind === "[batch, …]"
          ? numbers(drawn.slice([place], [1]))
          : numbers(drawn.reshape([draws, batch, dimensions]).slice([0, place, 0], [draws, 1, dimensions]));
      const all = draw("normal", [...shape(examples)]);
      const few = draw("normal", [...shape(3)], some);
      for (const [i, place] of places.entries()) expect(of(few, 3, i)).toEqual(of(all, examples, place));
    });
  });

  test("compiled, with and without XLA, the draws are those of eager runs", () => {
    const eager = tf.tidy(() => numbers(draw("uniform", [draws, examples, 1])));
    for (const xla of [false, true]) {
      const compiled = jit(
        (key: tf.Tensor1D, of: tf.Tensor2D) => exampleStream(rng(key), of, draws).uniform([draws, examples, 1]),
        { xla },
      );
      const found = tf.tidy(() => numbers(compiled(rng(2).key, keys)));
      expect(found).toEqual(eager);
      compiled.dispose();
    }
  });
});
