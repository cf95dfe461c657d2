import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/** The kernel that compares two points. */
export interface KernelOptions {
  /**
   * With r² the squared distance of two points of d numbers and C = 2 d s for a scale s: `"inverseMultiquadratic"` is
   * C / (C + r²), whose gradient reaches far; `"gaussian"` is exp(−r² / C). Defaults to "inverseMultiquadratic".
   */
  kernel?: "gaussian" | "inverseMultiquadratic";
  /**
   * The scales s > 0, over which the kernel is summed. At s = 1, C is the mean r² of two standard normal points. Defaults to
   * 0.1, 0.2, 0.5, 1, 2, 5, 10 (Tolstikhin et al. 2018, their published code).
   */
  scales?: readonly number[];
}

export const defaultScales: readonly number[] = [0.1, 0.2, 0.5, 1, 2, 5, 10];

const kernels = {
  gaussian: (squares: tf.Tensor, c: number): tf.Tensor => tf.exp(tf.mul(squares, -1 / c)),
  inverseMultiquadratic: (squares: tf.Tensor, c: number): tf.Tensor => tf.div(c, tf.add(squares, c)),
};

/**
 * k(xᵢ, yⱼ) for all pairs: [n, m], the number of scales where xᵢ = yⱼ. `x` and `y` may share an offset of any size: what they
 * are compared around is taken away first, since |x|² + |y|² − 2 x·y would lose it to rounding.
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
    const center = tf.mean(y, 0, true);
    const [a, b] = [tf.sub(x, center), tf.sub(y, center)];
    const squares = tf.relu(
      tf.sub(
        tf.add(tf.sum(tf.square(a), 1, true), tf.reshape(tf.sum(tf.square(b), 1), [1, -1])),
        tf.mul(tf.matMul(a, b, false, true), 2),
      ),
    );
    const dimension = x.shape[1];
    return tf.addN(scales.map((scale) => kernels[kernel](squares, 2 * dimension * scale))) as tf.Tensor2D;
  });
}

/** Checks two samples of points, at least two each, and the kernel. */
export function checkSamples(
  where: string,
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  { kernel = "inverseMultiquadratic", scales = defaultScales }: KernelOptions,
): void {
  for (const [name, points] of Object.entries({ x, y })) {
    const fits = points instanceof tf.Tensor && !points.isDisposed && points.rank === 2 && points.dtype === "float32";
    if (!(fits && points.shape[0] >= 2 && points.shape[1] >= 1)) {
      throw new ArgumentError(where, name, points, "a float32 tensor of shape [points, d], 2 points or more");
    }
  }
  if (x.shape[1] !== y.shape[1]) {
    throw new ArgumentError(where, "y", y, `points of ${x.shape[1]} numbers, as x has them`);
  }
  if (!Object.hasOwn(kernels, kernel)) {
    throw new ArgumentError(where, "kernel", kernel, '"gaussian" or "inverseMultiquadratic"');
  }
  if (!(Array.isArray(scales) && scales.length > 0 && scales.every((s) => s > 0 && s < Number.POSITIVE_INFINITY))) {
    throw new ArgumentError(where, "scales", scales, "finite numbers above 0, at least one");
  }
}
