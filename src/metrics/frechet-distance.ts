import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/**
 * The squared Fréchet distance of two normal distributions fitted to two sets of features (Dowson & Landau 1982, equation 4):
 * |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½). It is 0 for equal means and covariances.
 *
 * It compares generated images with real ones in the feature space of a network. With the features of Inception, it is the "FID"
 * (Heusel et al. 2017). With the features of a small classifier trained here, such as the last hidden layer of an `mlp()` fitted
 * to the labels, it is *not* the FID: name it after that classifier, and compare its values only with each other. It is biased
 * upward for few examples, and more so for many features. Compare sets of the same size, and report the distance between two
 * halves of the real images as a reference.
 *
 * @param a [n, features], 2 or more examples; use many more examples than features, or the covariance estimate is poor
 * @param b [m, features], 2 or more examples
 * @returns the squared distance, in squared units of the features
 * @throws ArgumentError for fewer than two examples, different numbers of features, and values that are not finite
 */
export function frechetDistance(a: tf.Tensor2D, b: tf.Tensor2D): number {
  const [one, two] = [fitNormal("a", a), fitNormal("b", b)];
  if (a.shape[1] !== b.shape[1]) {
    throw new ArgumentError("frechetDistance()", "b", b, `of ${a.shape[1]} features, like a`);
  }
  const shift = one.mean.reduce((sum, value, i) => sum + (value - (two.mean[i] as number)) ** 2, 0);
  // tr (Σ₁ Σ₂)^½ = tr (Σ₁^½ Σ₂ Σ₁^½)^½, a symmetric matrix with nonnegative eigenvalues.
  const root = squareRoot(one.covariance);
  const roots = eigen(root.mmul(two.covariance).mmul(root)).realEigenvalues.map((value) =>
    Math.sqrt(Math.max(0, value)),
  );
  const overlap = roots.reduce((sum, value) => sum + value, 0);
  return Math.max(0, shift + one.covariance.trace() + two.covariance.trace() - 2 * overlap);
}

function fitNormal(name: string, features: tf.Tensor2D): { mean: number[]; covariance: Matrix } {
  const fits = features instanceof tf.Tensor && !features.isDisposed && features.rank === 2 && features.shape[0] >= 2;
  if (!(fits && features.shape[1] >= 1)) {
    throw new ArgumentError(
      "frechetDistance()",
      name,
      features,
      "a tensor of shape [examples, features], 2 examples or more",
    );
  }
  const rows = new Matrix(features.arraySync());
  const mean = rows.mean("column");
  if (!mean.every(Number.isFinite)) throw new ArgumentError("frechetDistance()", name, Number.NaN, "finite numbers");
  const centered = rows.subRowVector(mean);
  return {
    mean,
    covariance: centered
      .transpose()
      .mmul(centered)
      .div(features.shape[0] - 1),
  };
}

/** The eigenvalues and eigenvectors of a matrix that is symmetric up to rounding. */
function eigen(matrix: Matrix): EigenvalueDecomposition {
  return new EigenvalueDecomposition(Matrix.add(matrix, matrix.transpose()).div(2), { assumeSymmetric: true });
}

function squareRoot(covariance: Matrix): Matrix {
  const { eigenvectorMatrix: vectors, realEigenvalues } = eigen(covariance);
  const roots = Matrix.diag(realEigenvalues.map((value) => Math.sqrt(Math.max(0, value))));
  return vectors.mmul(roots).mmul(vectors.transpose());
}
