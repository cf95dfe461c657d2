import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jit } from "../../src/jit/jit";
import { type Rng, rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** Kolmogorov's critical value of √n · D at a probability of 1e-5. */
const kolmogorov = 2.47;

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

/** √n times the largest distance between the empirical and the given distribution function. */
function kolmogorovDistance(values: ArrayLike<number>, cdf: (x: number) => number): number {
  const n = values.length;
  const sorted = Float64Array.from(values).sort();
  const distances = sorted.map((x, i) => Math.max(Math.abs(cdf(x) - i / n), Math.abs((i + 1) / n - cdf(x))));
  return Math.sqrt(n) * Math.max(...distances.filter((_, i) => i % 7 === 0));
}

/** χ² of counts against equal or given probabilities, in standard deviations of its distribution. */
function chiSquareZ(counts: readonly number[], probabilities: readonly number[]): number {
  const n = counts.reduce((sum, c) => sum + c, 0);
  const chi = counts.reduce((sum, c, i) => sum + (c - n * probabilities[i]!) ** 2 / (n * probabilities[i]!), 0);
  const freedom = counts.length - 1;
  return (chi - freedom) / Math.sqrt(2 * freedom);
}

const correlationZ = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  (Array.from(a).reduce((sum, v, i) => sum + v * b[i]!, 0) / a.length) * Math.sqrt(a.length);

/** Abramowitz & Stegun 7.1.26, to 1.5e-7. */
function normalCdf(x: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * poly * Math.exp((-x * x) / 2);
  return x > 0 ? 1 - tail : tail;
}

describe("continuous draws follow their distribution", () => {
  const n = 100_000;
  const cases = [
    { name: "normal", cdf: normalCdf, moments: [0, 1, 0, 3], variances: [1, 2, 15, 96] },
    { name: "uniform", cdf: (x: number) => x, moments: [1 / 2, 1 / 3, 1 / 4, 1 / 5] },
    { name: "gumbel", cdf: (x: number) => Math.exp(-Math.exp(-x)), moments: [0.5772156649, 1.9781119906] },
  ] as const;
  test.each(cases)("$name: Kolmogorov–Smirnov and raw moments", ({ name, cdf, moments }) => {
    for (const seed of [0, 1, -7]) {
      const values = rng(seed)[name]([n]).dataSync();
      expect(kolmogorovDistance(values, cdf)).toBeLessThan(kolmogorov);
      moments.forEach((moment, i) => {
        const powers = Array.from(values, (v) => v ** (i + 1));
        const average = mean(powers);
        const deviation = Math.sqrt(mean(powers.map((p) => (p - average) ** 2)) / n);
        expect(Math.abs(average - moment) / deviation).toBeLessThan(tolerance.monteCarlo);
      });
    }
  });

  test("neighbors in a draw are uncorrelated", () => {
    const values = rng(5).normal([100_001]).dataSync();
    expect(Math.abs(correlationZ(values.slice(0, -1), values.slice(1)))).toBeLessThan(tolerance.monteCarlo);
  });

  test("uniform numbers lie in [0, 1) and gumbel numbers are finite", () => {
    const u = rng(2).uniform([1_000_000]).dataSync();
    expect(u.every((v) => v >= 0 && v < 1)).toBe(true);
    expect(rng(2).gumbel([1_000_000]).isFinite().all().dataSync()[0]).toBe(1);
  });
});

describe("discrete draws follow their distribution", () => {
  test("bernoulli, by probability", () => {
    const n = 50_000;
    const probs = [0, 0.1, 0.5, 0.93, 1];
    const means = rng(3)
      .bernoulli(tf.tensor2d([probs]).tile([n, 1]))
      .mean(0)
      .dataSync();
    probs.forEach((p, i) => {
      const deviation = Math.sqrt((p * (1 - p)) / n);
      expect(Math.abs(means[i]! - p)).toBeLessThanOrEqual(tolerance.monteCarlo * deviation + tolerance.float32);
    });
  });

  test("categorical, by row of logits, with a class of probability zero", () => {
    const probs = [
      [0.1, 0.2, 0.3, 0.4],
      [0.97, 0.01, 0.01, 0.01],
      [0.5, 0, 0.25, 0.25],
    ];
    const draws = rng(4).categorical(tf.tensor2d(probs).log().add(7) as tf.Tensor2D, 40_000);
    expect([draws.dtype, draws.shape]).toEqual(["int32", [3, 40_000]]);
    const rows = draws.arraySync();
    probs.forEach((row, i) => {
      const possible = row.flatMap((p, k) => (p > 0 ? [k] : []));
      const counts = possible.map((k) => rows[i]!.filter((draw) => draw === k).length);
      expect(counts.reduce((sum, c) => sum + c)).toBe(40_000);
      const z = chiSquareZ(
        counts,
        possible.map((k) => row[k]!),
      );
      expect(Math.abs(z)).toBeLessThan(tolerance.monteCarlo);
    });
  });

  test("permutations of four come in all 24 orders alike", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 2400; i++) {
      const order = tf.tidy(() => rng(11).fold(i).permutation(4).dataSync().join());
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(Math.abs(chiSquareZ([...counts.values()], Array(24).fill(1 / 24)))).toBeLessThan(tolerance.monteCarlo);
  });

  test.each([1, 2, 1000, 60_000])("a permutation of %i has each number once and no trace of the order", (n) => {
    const order = rng(3).permutation(n);
    expect(order.dtype).toBe("int32");
    const values = Array.from(order.dataSync());
    expect(values.toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    const scale = (v: number) => (v - (n - 1) / 2) / Math.sqrt((n * n - 1) / 12);
    const z = correlationZ(
      values.map(scale),
      values.map((_, i) => scale(i)),
    );
    if (n > 2) expect(Math.abs(z)).toBeLessThan(tolerance.monteCarlo);
  });
});

describe("streams", () => {
  const n = 20_000;
  const first = (stream: Rng): Float32Array => stream.normal([n]).dataSync() as Float32Array;

  test("the same seed gives the same numbers, draw by draw", () => {
    const [a, b] = [rng(1), rng(1)];
    expect([first(a), first(a)]).toEqual([first(b), first(b)]);
  });

  test("a stream made from a key goes on like the stream with that key", () => {
    expect(first(rng(rng(8).fold(3).key))).toEqual(first(rng(8).fold(3)));
  });

  test("streams of other seeds, folds, splits and draws are uncorrelated, neighbors too", () => {
    const parent = rng(0);
    const key = (a: number, b: number) => tf.tensor1d([a, b], "int32");
    const streams = [
      ...[rng(0), rng(1), rng(-1), rng(2 ** 31 - 1)],
      ...[parent.fold(0), parent.fold(1), parent.fold(-1), parent.fold(0).fold(0)],
      ...[...parent.split(3), ...parent.split(2)],
      ...[rng(key(0, 1)), rng(key(0, 2)), rng(key(1, 1))],
    ];
    const draws = streams.flatMap((stream) => [first(stream), first(stream)]);
    for (const [i, a] of draws.entries()) {
      for (const b of draws.slice(i + 1)) expect(Math.abs(correlationZ(a, b))).toBeLessThan(tolerance.monteCarlo);
    }
    expect(new Set(draws.map((values) => values[0])).size).toBe(draws.length);
  });

  test("a fold does not depend on the draws made before, a split does", () => {
    const stream = rng(6);
    const [fold, [split]] = [first(stream.fold(2)), stream.split(1)];
    first(stream);
    expect(first(stream.fold(2))).toEqual(fold);
    expect(first(stream.split(1)[0]!)).not.toEqual(first(split!));
  });

  test("folding a number and a scalar of it, int32 or float32, is the same", () => {
    const expected = first(rng(6).fold(12));
    expect(first(rng(6).fold(tf.scalar(12, "int32")))).toEqual(expected);
    expect(first(rng(6).fold(tf.scalar(12)))).toEqual(expected);
  });

  test("streams own no memory, and outlive the scope in which their key was read", () => {
    const stream = rng(9);
    const child = stream.fold(1);
    const expected = tf.tidy(() => Array.from(child.normal([2]).dataSync()));
    const before = tf.memory().numTensors;
    const values = [1, 2, 3].map(() =>
      tf.tidy(() => {
        const again = stream.fold(1);
        expect(again.key.size).toBe(2);
        return again.normal([2]).arraySync();
      }),
    );
    tf.tidy(() => void child.key);
    tf.tidy(() => void child.uniform([1]));
    expect(values).toEqual([expected, expected, expected]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("draws are the same eager, compiled and compiled with XLA", () => {
  const draws: Record<string, (stream: Rng) => tf.Tensor> = {
    normal: (stream) => stream.normal([5, 7]),
    uniform: (stream) => stream.uniform([33]),
    bernoulli: (stream) => stream.bernoulli(tf.fill([100], 0.3)),
    gumbel: (stream) => stream.gumbel([40]),
    categorical: (stream) => stream.categorical(tf.log(tf.tensor2d([[1, 2, 3]], [1, 3], "int32").toFloat()), 50),
    permutation: (stream) => stream.permutation(50),
    "second draw": (stream) => tf.stack([stream.normal([9]), stream.normal([9])]),
    fold: (stream) => stream.fold(3).fold(4).normal([9]),
    split: (stream) => tf.concat(stream.split(3).map((child) => child.normal([3]))),
  };
  test.each(Object.entries(draws))("%s", (_, draw) => {
    const step = (key: tf.Tensor1D) => draw(rng(key));
    for (const xla of [false, true]) {
      const compiled = jit(step, { xla });
      for (const key of [rng(1).key, rng(2).fold(5).key]) {
        const [expected, actual] = [step(key).dataSync(), compiled(key).dataSync()];
        expect(actual.length).toBe(expected.length);
        expected.forEach((value, i) => {
          expect(Math.abs(actual[i]! - value)).toBeLessThan(tolerance.float32 * (1 + Math.abs(value)));
        });
      }
      expect(compiled.stats).toEqual({ traces: 1, runs: 2 });
      compiled.dispose();
    }
  });

  test.each([
    ["first", 0, 2],
    ["later", 1, 3],
  ])("the %s normal draw of a key is at most %i + 2 native ops", (_, earlier, most) => {
    const backend = tf.backend() as unknown as { executeSingleOutput(...args: unknown[]): tf.Tensor };
    const { executeSingleOutput } = backend;
    const stream = rng(rng(1).key);
    for (let i = 0; i < earlier; i++) stream.normal([3]);
    let ops = 0;
    backend.executeSingleOutput = (...args) => {
      ops++;
      return executeSingleOutput.apply(backend, args);
    };
    stream.normal([3]);
    delete (backend as { executeSingleOutput?: unknown }).executeSingleOutput;
    expect(ops).toBe(most);
  });
});

test.each([
  [() => rng(0.5), "rng(): seed must be an integer in [-2147483648, 2147483647], but got 0.5."],
  [() => rng(2 ** 31), "rng(): seed must be an integer in [-2147483648, 2147483647], but got 2147483648."],
  [() => rng(Number.NaN), "rng(): seed must be an integer in [-2147483648, 2147483647], but got NaN."],
  [() => rng(tf.tensor1d([1, 2])), "rng(): seed must be an integer, or a key: an int32 tensor of shape [2], but got"],
  [() => rng(1).fold(1.5), "fold(): data must be an integer in [-2147483648, 2147483647], but got 1.5."],
  [() => rng(1).split(0), "split(): count must be a positive integer, but got 0."],
  [() => rng(1).permutation(-1), "permutation(): n must be a positive integer, but got -1."],
  [() => rng(1).categorical(tf.zeros([1, 2]), 0), "categorical(): count must be a positive integer, but got 0."],
])("arguments are checked: %#", (call, message) => {
  expect(call).toThrow(message);
});
