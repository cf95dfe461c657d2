import { kmeans } from "ml-kmeans";
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { checkData } from "../../distributions/check-data";
import { fullNormal } from "../../distributions/full-normal";
import { logSumExp } from "../../distributions/log-sum-exp";
import { normal } from "../../distributions/normal";
import { oneHot } from "../../distributions/one-hot";
import { supports } from "../../distributions/support";
import { ArgumentError } from "../../runtime/argument-error";
import { checkSizes } from "../../runtime/check-sizes";
import { deriveSeed } from "../../runtime/derive-seed";
import { inBatches } from "../../runtime/in-batches";
import { tf } from "../../runtime/tensorflow";
import type { ClusterPrior } from "../vade";

/** Options of `fitGaussianMixture()`. */
export interface FitGaussianMixtureOptions {
  /** The number of components. */
  components: number;
  /**
   * `"full"`: every component has a covariance matrix of its own. `"diagonal"`: its dimensions are independent, which suits many
   * dimensions (pixels), and the prior of `vade()`. Defaults to "full".
   */
  covariance?: "full" | "diagonal";
  /** How often to begin anew, with other k-means centers; the fit with the greatest likelihood is kept. Defaults to 5. */
  restarts?: number;
  /** The most iterations of a start; defaults to 200. */
  iterations?: number;
  /** A start ends when an iteration gains less than this, in nats per example; defaults to 1e-5. */
  tolerance?: number;
  /** Defaults to 0. */
  seed?: number;
}

/** A mixture of normal distributions that was fitted to points; may be handed to the `setPrior()` of a `vade()`. */
export interface GaussianMixture extends ClusterPrior {
  readonly weights: readonly number[];
  readonly means: readonly (readonly number[])[];
  readonly variances: readonly (readonly number[])[];
  /** [components][dimensions][dimensions]; undefined where covariances are diagonal. */
  readonly covariances: readonly (readonly (readonly number[])[])[] | undefined;
  /** The mean of log p(x) over the points, nats per example. */
  readonly logLikelihood: number;
  readonly iterations: number;
  /** Whether the last iteration gained less than the tolerance. */
  readonly converged: boolean;
  /** log p(x) of x [examples, dimensions]: [examples], nats. */
  logProb(x: tf.Tensor2D): tf.Tensor1D;
  /** The probability of each component given x [examples, dimensions]: [examples, components]. */
  responsibilities(x: tf.Tensor2D): tf.Tensor2D;
  /** The most probable component of x [examples, dimensions], int32 [examples]. */
  assign(x: tf.Tensor2D): tf.Tensor1D;
}

/** The parameters of one iteration, as numbers. */
type Parameters = {
  weights: number[];
  means: number[][];
  variances: number[][];
  covariances: number[][][] | undefined;
};

/** Added to every variance, as a part of the points' mean variance: a component on a single point would have none. */
const floor = 1e-6;

/**
 * Fits a mixture of normal distributions by expectation–maximization (Dempster, Laird & Rubin 1977), each start from the clusters of
 * k-means++. All densities are computed as logarithms, so that points far from every component do no harm.
 *
 * @param x [examples, dimensions], more examples than components
 * @throws ArgumentError for data of another shape or not finite, and for options out of range
 */
export function fitGaussianMixture(x: tf.Tensor2D, options: FitGaussianMixtureOptions): GaussianMixture {
  const { components, covariance = "full", restarts = 5, iterations = 200, tolerance = 1e-5, seed = 0 } = options ?? {};
  for (const [name, count] of Object.entries({ components, restarts, iterations })) checkSizes(where, name, [count]);
  if (covariance !== "full" && covariance !== "diagonal") {
    throw new ArgumentError(where, "covariance", covariance, '"full" or "diagonal"');
  }
  if (!(tolerance > 0)) throw new ArgumentError(where, "tolerance", tolerance, "a number above 0");
  const dimensions = x instanceof tf.Tensor ? (x.shape[1] ?? 0) : 0;
  checkData(where, "x", x, [dimensions], supports.real);
  const [examples] = x.shape;
  if (!(examples > components)) {
    throw new ArgumentError(where, "components", components, `fewer than the ${examples} examples`);
  }
  const points = x.arraySync();
  const spread = tf.tidy(() => tf.mean(tf.moments(x, 0).variance).dataSync()[0] as number);
  if (!(spread > 0)) throw new ArgumentError(where, "x", "points that are all the same", "points that differ");
  const maximize = (shares: tf.Tensor2D) => maximization(x, shares, covariance === "full", floor * spread);

  const start = (
    index: number,
  ): { found: Parameters; logLikelihood: number; iterations: number; converged: boolean } => {
    const { clusters } = kmeans(points, components, { initialization: "kmeans++", seed: deriveSeed(seed, index) });
    let found = tf.tidy(() => maximize(oneHot(tf.tensor1d(clusters, "int32"), components) as tf.Tensor2D));
    let logLikelihood = Number.NEGATIVE_INFINITY;
    for (let iteration = 1; iteration <= iterations; iteration++) {
      const { mean, next } = tf.tidy(() => {
        const { total, shares } = expectation(x, found);
        return { mean: tf.mean(total).dataSync()[0] as number, next: maximize(shares) };
      });
      const gain = mean - logLikelihood;
      logLikelihood = mean;
      if (gain < tolerance) return { found, logLikelihood, iterations: iteration, converged: true };
      found = next;
    }
    const last = tf.tidy(() => tf.mean(expectation(x, found).total).dataSync()[0] as number);
    return { found, logLikelihood: last, iterations, converged: false };
  };

  const { found, ...fitted } = Array.from({ length: restarts }, (_, index) => start(index)).reduce((best, other) =>
    other.logLikelihood > best.logLikelihood ? other : best,
  );
  const of = (at: string, points: tf.Tensor2D) => {
    checkData(at, "x", points, [dimensions], supports.real);
    return expectation(points, found);
  };
  return {
    ...found,
    ...fitted,
    logProb: (points) => tf.tidy(() => of("logProb()", points).total),
    responsibilities: (points) => tf.tidy(() => of("responsibilities()", points).shares),
    assign: (points) => tf.tidy(() => tf.argMax(of("assign()", points).shares, 1) as tf.Tensor1D),
  };
}

const where = "fitGaussianMixture()";

/** log p(x), [examples], and the share of each component in it, [examples, components]. */
function expectation(x: tf.Tensor2D, parameters: Parameters): { total: tf.Tensor1D; shares: tf.Tensor2D } {
  const { weights, means, variances, covariances } = parameters;
  const mean = tf.tensor2d(means);
  const logWeights = tf.log(tf.tensor1d(weights));
  const component =
    covariances === undefined
      ? normal({ mean, logVar: tf.log(tf.tensor2d(variances)) })
      : fullNormal({ mean, scaleTril: tf.tensor3d(covariances.map(choleskyFactor)) });
  // Every example is a draw of its own for all components.
  const joint = inBatches(x, (part) => tf.add(component.logProb(tf.expandDims(part, 1)), logWeights)) as tf.Tensor2D;
  const total = logSumExp(joint, 1) as tf.Tensor1D;
  return { total, shares: tf.exp(tf.sub(joint, tf.expandDims(total, 1))) as tf.Tensor2D };
}

const choleskyFactor = (matrix: number[][]): number[][] =>
  new CholeskyDecomposition(new Matrix(matrix)).lowerTriangularMatrix.to2DArray();

/**
 * The parameters that are best for given shares [examples, components].
 *
 * @param floor what is added to every variance
 */
function maximization(x: tf.Tensor2D, shares: tf.Tensor2D, full: boolean, floor: number): Parameters {
  // A component that no example belongs to keeps a trace of weight, and cannot divide by zero.
  const counts = tf.maximum(tf.sum(shares, 0), 1e-6);
  const means = tf.div(tf.matMul(shares, x, true), tf.expandDims(counts, 1)) as tf.Tensor2D;
  const perComponent = tf.unstack(means).map((mean, k) => {
    const share = tf.div(shares.slice([0, k], [-1, 1]), counts.slice(k, 1));
    const centered = tf.sub(x, mean) as tf.Tensor2D;
    const weighed = tf.mul(centered, share) as tf.Tensor2D;
    const variances = tf.add(tf.sum(tf.mul(weighed, centered), 0), floor).arraySync() as number[];
    if (!full) return { variances, covariance: [] };
    const products = tf.add(tf.matMul(weighed, centered, true), tf.mul(tf.eye(x.shape[1]), floor));
    // Rounding leaves it not quite symmetric.
    return { variances, covariance: tf.add(products, tf.transpose(products)).mul(0.5).arraySync() as number[][] };
  });
  return {
    weights: Array.from(tf.div(counts, tf.sum(counts)).dataSync()),
    means: means.arraySync(),
    variances: perComponent.map(({ variances }) => variances),
    covariances: full ? perComponent.map(({ covariance }) => covariance) : undefined,
  };
}
