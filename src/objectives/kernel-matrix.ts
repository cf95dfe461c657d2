import { ArgumentError } from "../runtime/argument-error";
import { accepts, oneOf, type Rule } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** The kernel that compares two points. */
export interface KernelOptions {
  /**
   * Let r² be the squared distance between two points in d dimensions, and C = 2 d s for a scale s.
   * `"inverseMultiquadratic"` is C / (C + r²), with a gradient that decays slowly with distance; `"gaussian"` is
   * exp(−r² / C). Defaults to "inverseMultiquadratic".
   */
  kernel?: "gaussian" | "inverseMultiquadratic";
  /**
   * The scales s > 0; the kernel is a sum over them. At s = 1, C is the mean r² of two standard normal points. Defaults to
   * 0.1, 0.2, 0.5, 1, 2, 5, 10 (Tolstikhin et al. 2018, their published code).
   */
  scales?: readonly number[];
}

/** The rules of `KernelOptions`, for schemas that include them. */
export const kernelRules: { readonly [Name in keyof KernelOptions]-?: Rule } = {
  kernel: oneOf("gaussian", "inverseMultiquadratic").optional(),
  scales: accepts<readonly number[]>(
    (scales) =>
      Array.isArray(scales) && scales.length > 0 && scales.every((s) => s > 0 && s < Number.POSITIVE_INFINITY),
    "finite numbers above 0, at least one",
  ).optional(),
};

export const defaultScales: readonly number[] = [0.1, 0.2, 0.5, 1, 2, 5, 10];

const kernels = {
  gaussian: (squares: tf.Tensor, c: number): tf.Tensor => tf.exp(tf.mul(squares, -1 / c)),
  inverseMultiquadratic: (squares: tf.Tensor, c: number): tf.Tensor => tf.div(c, tf.add(squares, c)),
};

/**
 * k(xᵢ, yⱼ) for all pairs: [n, m]. If xᵢ = yⱼ, it is the number of scales. The squared distances are sums of squared
 * differences: |x|² + |y|² − 2 x·y would lose small distances to rounding if one point is far from the others, or all are far
 * from 0.
 *
 * @param x [n, d]
 * @param y [m, d]
 */
export function kernelMatrix(
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  { kernel = "inverseMultiquadratic", scales = defaultScales }: KernelOptions = {},
): tf.Tensor2D {
  return tf.tidy(() => {
    const squares = squaredDistances(x, y);
    const dimension = x.shape[1];
    return tf.addN(scales.map((scale) => kernels[kernel](squares, 2 * dimension * scale))) as tf.Tensor2D;
  });
}

/** The size of the largest tensor of a step: 16 MB. */
const numbersPerStep = 4e6;

/** Σ (xᵢ − yⱼ)² over the coordinates, [n, m], for some rows of x at a time. */
function squaredDistances(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D {
  const [[n, d], m] = [x.shape, y.shape[0]];
  const rows = Math.max(1, Math.floor(numbersPerStep / (m * d)));
  // The coordinates are the first axis, so the sum over them adds whole matrices.
  const columns = tf.expandDims(tf.transpose(y), 1);
  const parts = Array.from({ length: Math.ceil(n / rows) }, (_, i) => {
    const part = rows >= n ? x : tf.slice(x, [i * rows, 0], [Math.min(rows, n - i * rows), d]);
    return tf.sum(tf.square(tf.sub(tf.expandDims(tf.transpose(part), 2), columns)), 0) as tf.Tensor2D;
  });
  return parts.length === 1 ? (parts[0] as tf.Tensor2D) : tf.concat(parts);
}

/** Checks two samples, each with at least two points. */
export function checkSamples(where: string, x: tf.Tensor2D, y: tf.Tensor2D): void {
  for (const [name, points] of Object.entries({ x, y })) {
    const fits = points instanceof tf.Tensor && !points.isDisposed && points.rank === 2 && points.dtype === "float32";
    if (!(fits && points.shape[0] >= 2 && points.shape[1] >= 1)) {
      throw new ArgumentError(where, name, points, "a float32 tensor of shape [points, d], 2 points or more");
    }
  }
  if (x.shape[1] !== y.shape[1]) {
    throw new ArgumentError(where, "y", y, `points of ${x.shape[1]} numbers, like those of x`);
  }
}
