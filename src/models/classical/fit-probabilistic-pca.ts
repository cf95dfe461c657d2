import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { checkData } from "../../distributions/check-data";
import { supports } from "../../distributions/support";
import { ArgumentError } from "../../runtime/argument-error";
import { checkWholeNumber } from "../../runtime/check-value";
import { tf } from "../../runtime/tensorflow";
import { type ProbabilisticPca, probabilisticPca } from "./probabilistic-pca";

/**
 * The maximum-likelihood parameters of probabilistic PCA, in closed form: the scaled principal axes, with the mean variance of
 * the remaining directions as the noise variance (Tipping & Bishop 1999, equations 7 and 8).
 *
 * No other model of this kind with the same number of latent dimensions has a higher log p(x) on these data. Neither does a VAE
 * with linear networks and a Gaussian likelihood with a single σ.
 *
 * @param x [examples, data]
 * @param latentDim the number of latent dimensions, smaller than the number of data dimensions
 * @throws ArgumentError for data with another shape or with values that are not finite, for too many latent dimensions, and for
 *   data without noise
 */
export function fitProbabilisticPca(x: tf.Tensor, latentDim: number): ProbabilisticPca {
  const where = "fitProbabilisticPca()";
  checkWholeNumber(where, "latentDim", latentDim);
  const [examples = 0, data = 0] = x instanceof tf.Tensor ? x.shape : [];
  checkData(where, "x", x, [data], supports.real);
  if (!(examples > 1)) throw new ArgumentError(where, "x", x.shape, "of at least two examples");
  if (!(latentDim < data))
    throw new ArgumentError(where, "latentDim", latentDim, `below ${data}, the dimensions of the data`);
  const { mean, covariance } = tf.tidy(() => {
    const center = tf.mean(x, 0);
    const centered = tf.sub(x, center) as tf.Tensor2D;
    // S, with 1/N: Tipping & Bishop 1999, equation 5.
    const products = tf.matMul(centered, centered, true).div(examples);
    return { mean: center.arraySync() as number[], covariance: products.arraySync() as number[][] };
  });
  const eigen = new EigenvalueDecomposition(new Matrix(covariance), { assumeSymmetric: true });
  // ml-matrix returns the eigenvalues in ascending order.
  const variances = eigen.realEigenvalues.toReversed();
  const leftOut = variances.slice(latentDim);
  // Equation 8.
  const variance = leftOut.reduce((sum, value) => sum + value, 0) / leftOut.length;
  if (!(variance > float32Rounding * (variances[0] as number))) {
    const found = `data that vary in no more than ${latentDim} dimensions`;
    throw new ArgumentError(where, "x", found, "data with noise in the other dimensions", "Use a smaller latentDim.");
  }
  // Equation 7: W = U(Λ − σ²I)^½, with the rotation R = I.
  const scales = variances.slice(0, latentDim).map((value) => Math.sqrt(Math.max(0, value - variance)));
  const axes = eigen.eigenvectorMatrix.to2DArray();
  const weights = axes.map((row) => scales.map((scale, column) => (row[data - 1 - column] as number) * scale));
  const parameters = { weights: tf.tensor2d(weights), mean: tf.tensor1d(mean) };
  const model = probabilisticPca({ ...parameters, stdDev: Math.sqrt(variance) });
  tf.dispose(parameters);
  return model;
}

/** Variances below this fraction of the largest are rounding errors of the float32 covariance. */
const float32Rounding = 1e-6;
