import { checkSamples, type KernelOptions, kernelMatrix, kernelRules } from "../objectives/kernel-matrix";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { readValues } from "../runtime/read-values";
import { rng } from "../runtime/rng";
import { seedNumber as seedRule, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** Options of `mmdTest()`. */
export interface MmdTestOptions extends KernelOptions {
  /** The number of random permutations, at least 19 (for p ≤ 0.05); defaults to 500. */
  permutations?: number;
  /** The seed of the permutations; defaults to 0. */
  seed?: number;
}

/** The result of `mmdTest()`. */
export interface MmdTest {
  /** The unbiased squared maximum mean discrepancy between the two samples. */
  statistic: number;
  /** The share of permutations, including the original order, with a statistic at least as large. */
  pValue: number;
  /** The statistics of the permutations: the null distribution, for two samples from the same distribution. */
  permuted: Float32Array;
}

const schema = optionsSchema<MmdTestOptions>({
  ...kernelRules,
  permutations: wholeNumber(19).optional(),
  seed: seedRule.optional(),
});

/**
 * Tests whether two samples come from the same distribution, with the maximum mean discrepancy (Gretton et al. 2012) and
 * a permutation null distribution. If they do, and the points are independent draws, p is uniform for any kernel and any
 * sample sizes. Memory grows as (n + m)²: a thousand points each need 16 MB.
 *
 * @param x [n, d], 2 or more points
 * @param y [m, d], 2 or more points
 * @throws ArgumentError for fewer than two points, different dimensions, values that are not finite, and options out of
 *   range
 */
export function mmdTest(x: tf.Tensor2D, y: tf.Tensor2D, options: MmdTestOptions = {}): MmdTest {
  checkOptions("mmdTest()", schema, options);
  const { permutations = 500, seed = 0, ...kernel } = options;
  checkSamples("mmdTest()", x, y);
  for (const [name, points] of Object.entries({ x, y })) {
    const finite = tf.tidy(() => tf.all(tf.isFinite(points)).dataSync()[0]);
    if (!finite)
      throw new ArgumentError(
        "mmdTest()",
        name,
        points.dataSync().find((v) => !Number.isFinite(v)),
        "finite numbers",
      );
  }
  const [n, m] = [x.shape[0], y.shape[0]];
  const [statistics, rounding] = tf.tidy(() => {
    const points = tf.concat([x, y]) as tf.Tensor2D;
    const full = kernelMatrix(points, points, kernel);
    // Omits the pairs of a point with itself, and centers the rest. The statistic is the same, and long sums lose less precision.
    const pairs = tf.mul(tf.sub(full, tf.mean(full)), tf.sub(1, tf.eye(n + m)));
    const rounding = tf.mean(tf.abs(pairs)).mul(2 ** -18);
    const members = tf.tensor2d(memberships(n, m, permutations, seed), [permutations + 1, n + m]);
    const others = tf.sub(1, members);
    const sumOver = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      tf.sum(tf.mul(tf.matMul(a as tf.Tensor2D, pairs as tf.Tensor2D), b), 1);
    // Gretton et al. 2012, equation 3, one row for each split of the points.
    const within = tf.add(tf.div(sumOver(members, members), n * (n - 1)), tf.div(sumOver(others, others), m * (m - 1)));
    const all = tf.sub(within, tf.mul(sumOver(members, others), 2 / (n * m)));
    return [all.dataSync() as Float32Array, rounding.dataSync()[0] as number] as const;
  });
  const statistic = statistics[0] as number;
  // Equal statistics (for exchanged samples, or permuted equal points) differ by rounding. They count as at least as large.
  const asLarge = statistics.reduce((count, value) => count + (value >= statistic - rounding ? 1 : 0), 0);
  return { statistic, pValue: asLarge / (permutations + 1), permuted: statistics.slice(1) };
}

/** One row of n ones and m zeros for each split of the points, starting with the original split. */
function memberships(n: number, m: number, permutations: number, seed: number): Float32Array {
  const rows = new Float32Array((permutations + 1) * (n + m)).fill(1, 0, n);
  const stream = rng(seed);
  for (let row = 1; row <= permutations; row++) {
    const order = readValues<"int32">(() => stream.permutation(n + m));
    for (const place of order.subarray(0, n)) rows[row * (n + m) + place] = 1;
  }
  return rows;
}
