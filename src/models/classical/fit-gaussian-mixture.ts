import { kmeans } from "ml-kmeans";
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { tableBundle } from "../../display/table";
import { withDisplay } from "../../display/with-display";
import { checkData } from "../../distributions/check-data";
import { fullNormal } from "../../distributions/full-normal";
import { logSumExp } from "../../distributions/log-sum-exp";
import { normal } from "../../distributions/normal";
import { oneHot } from "../../distributions/one-hot";
import { supports } from "../../distributions/support";
import type { ComponentValues } from "../../priors/component-values";
import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { deriveSeed } from "../../runtime/derive-seed";
import { inBatches } from "../../runtime/in-batches";
import { oneOf, positive, seedNumber, wholeNumber } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";

/** Options of `fitGaussianMixture()`. */
export interface FitGaussianMixtureOptions {
  /** The number of components. */
  components: number;
  /**
   * `"full"`: every component has its own covariance matrix. `"diagonal"`: the dimensions of a component are independent, which
   * is suitable for many dimensions (pixels) and for the prior of `vade()`. Defaults to "full".
   */
  covariance?: "full" | "diagonal";
  /** The number of starts, each from different k-means centers; the fit with the highest likelihood is kept. Defaults to 5. */
  restarts?: number;
  /** The maximum number of iterations of a start; defaults to 200. */
  iterations?: number;
  /** A start ends when an iteration improves the log-likelihood by less than this, in nats per example; defaults to 1e-5. */
  tolerance?: number;
  /** Defaults to 0. */
  seed?: number;
}

/**
 * A mixture of normal distributions fitted to points. It has a display in a cell, and can be passed to `setPrior()` of
 * a `vade()`.
 */
export interface GaussianMixture extends ComponentValues {
  readonly weights: readonly number[];
  readonly means: readonly (readonly number[])[];
  readonly variances: readonly (readonly number[])[];
  /** [components][dimensions][dimensions]; undefined if the covariances are diagonal. */
  readonly covariances: readonly (readonly (readonly number[])[])[] | undefined;
  /** The mean of log p(x) over the points, nats per example. */
  readonly logLikelihood: number;
  readonly iterations: number;
  /** Whether the last iteration improved by less than the tolerance. */
  readonly converged: boolean;
  /** log p(x) for x [examples, dimensions]: [examples], nats. */
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

/**
 * Added to every variance, as a fraction of the points' mean variance, because a component on a single point would have
 * zero variance.
 */
const floor = 1e-6;

/**
 * Fits a mixture of normal distributions by expectation–maximization (Dempster, Laird & Rubin 1977). Each start begins with the
 * clusters of k-means with k-means++ initialization. All densities are computed in log space, so points far from every component
 * are handled correctly. A component that loses all its examples is moved, at most once, to the point that the mixture fits
 * worst.
 *
 * @param x [examples, dimensions], more examples than components
 * @throws ArgumentError for data with another shape or with values that are not finite, and for options out of range
 */
export function fitGaussianMixture(x: tf.Tensor2D, options: FitGaussianMixtureOptions): GaussianMixture {
  checkOptions(where, schema, options);
  const { components, covariance = "full", restarts = 5, iterations = 200, tolerance = 1e-5, seed = 0 } = options;
  const dimensions = x instanceof tf.Tensor ? (x.shape[1] ?? 0) : 0;
  checkData(where, "x", x, [dimensions], supports.real);
  const [examples] = x.shape;
  if (!(examples > components)) {
    throw new ArgumentError(where, "components", components, `fewer than the ${examples} examples`);
  }
  const points = x.arraySync();
  const spreads = tf.tidy(() => tf.moments(x, 0).variance.arraySync()) as number[];
  const spread = spreads.reduce((sum, variance) => sum + variance, 0) / dimensions;
  if (!(spread > 0)) throw new ArgumentError(where, "x", "points that are all the same", "points that differ");
  const data = { x, points, spreads, floor: floor * spread, full: covariance === "full" };

  const start = (index: number): Fitted => {
    const { clusters } = kmeans(points, components, { initialization: "kmeans++", seed: deriveSeed(seed, index) });
    return expectationMaximization(data, clusters, components, { iterations, tolerance });
  };
  const { found, ...fitted } = Array.from({ length: restarts }, (_, index) => start(index)).reduce((best, other) =>
    other.logLikelihood > best.logLikelihood ? other : best,
  );
  const of = (at: string, points: tf.Tensor2D) => {
    checkData(at, "x", points, [dimensions], supports.real);
    return expectation(points, found);
  };
  const mixture: GaussianMixture = {
    ...found,
    ...fitted,
    logProb: (points) => tf.tidy(() => of("logProb()", points).total),
    responsibilities: (points) => tf.tidy(() => of("responsibilities()", points).shares),
    assign: (points) => tf.tidy(() => tf.argMax(of("assign()", points).shares, 1) as tf.Tensor1D),
  };
  return withDisplay(mixture, show);
}

const schema = optionsSchema<FitGaussianMixtureOptions>({
  components: wholeNumber(),
  covariance: oneOf("full", "diagonal").optional(),
  restarts: wholeNumber().optional(),
  iterations: wholeNumber().optional(),
  tolerance: positive.optional(),
  seed: seedNumber.optional(),
});

function show({ weights, means, variances, covariances, logLikelihood, iterations, converged }: GaussianMixture) {
  const kind = covariances === undefined ? "diagonal" : "full";
  const ended = converged ? `converged after ${iterations} iterations` : `not converged in ${iterations} iterations`;
  const few = (numbers: readonly number[]) => {
    const shown = numbers.slice(0, 4).map((value) => String(Number(value.toPrecision(3))));
    return [...shown, ...(numbers.length > 4 ? ["…"] : [])].join(", ");
  };
  return tableBundle(
    `Gaussian mixture, ${kind} covariance, ${ended}, ${Number(logLikelihood.toPrecision(5))} nats per example`,
    ["component", "weight", "mean", "standard deviation"],
    weights.map((weight, k) => [
      k,
      weight,
      few(means[k] as number[]),
      few((variances[k] as number[]).map((variance) => Math.sqrt(variance))),
    ]),
  );
}

const where = "fitGaussianMixture()";

/** The points, and quantities shared by all starts. */
interface Points {
  /** [examples, dimensions] */
  x: tf.Tensor2D;
  /** The same values as numbers. */
  points: number[][];
  /** The variance of each dimension. */
  spreads: number[];
  /** The constant added to every variance. */
  floor: number;
  /** Whether components have full covariances. */
  full: boolean;
}

/** The result of one start. */
type Fitted = { found: Parameters; logLikelihood: number; iterations: number; converged: boolean };

/** Runs iterations, starting from the given clusters, until one improves by less than the tolerance. */
function expectationMaximization(
  data: Points,
  clusters: readonly number[],
  components: number,
  { iterations, tolerance }: { iterations: number; tolerance: number },
): Fitted {
  const { x, points } = data;
  // Every component may be moved only once, so a superfluous component cannot keep a start running.
  let revivals = components;
  /** Moves components without examples, as long as moves are left. */
  const revived = (next: Parameters, before: Parameters | undefined, misfit: () => ArrayLike<number>) => {
    const dead = next.weights.flatMap((weight, k) => (weight * points.length < deadCount ? [k] : []));
    if (dead.length === 0) return false;
    const anew = dead.slice(0, revivals);
    revivals -= anew.length;
    placeAnew(next, anew, data, misfit());
    // A component that may not move again stays where it last had examples.
    for (const k of dead.slice(anew.length)) if (before !== undefined) keepPlace(next, before, k);
    return anew.length > 0;
  };

  let found = tf.tidy(() => maximization(data, oneHot(tf.tensor1d([...clusters], "int32"), components) as tf.Tensor2D));
  let fresh = revived(found, undefined, () =>
    points.map((point, i) => squaredDistance(point, found.means[clusters[i] as number] as number[])),
  );
  let logLikelihood = Number.NEGATIVE_INFINITY;
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const { mean, next, misfit } = tf.tidy(() => {
      const { total, shares } = expectation(x, found);
      const misfit = total.neg().dataSync();
      return { mean: tf.mean(total).dataSync()[0] as number, next: maximization(data, shares), misfit };
    });
    const gain = mean - logLikelihood;
    logLikelihood = mean;
    if (gain < tolerance && !fresh) return { found, logLikelihood, iterations: iteration, converged: true };
    fresh = revived(next, found, () => misfit);
    found = next;
  }
  const last = tf.tidy(() => tf.mean(expectation(x, found).total).dataSync()[0] as number);
  return { found, logLikelihood: last, iterations, converged: false };
}

/** A component is dead if it has less than this fraction of one example. */
const deadCount = 1e-3;

/** Moves each of these components to one of the points that fit worst, with the variances of all points. */
function placeAnew(
  parameters: Parameters,
  components: readonly number[],
  { points, spreads, floor }: Points,
  misfit: ArrayLike<number>,
): void {
  const worst = points.map((_, i) => i).sort((i, j) => (misfit[j] as number) - (misfit[i] as number));
  const taken = new Set<string>();
  const different = worst.filter((i) => {
    const place = String(points[i]);
    return !taken.has(place) && taken.add(place);
  });
  components.forEach((k, rank) => {
    const at = different[rank % different.length] as number;
    parameters.weights[k] = 1 / points.length;
    parameters.means[k] = [...(points[at] as number[])];
    parameters.variances[k] = spreads.map((variance) => variance + floor);
    if (parameters.covariances === undefined) return;
    parameters.covariances[k] = spreads.map((variance, i) => spreads.map((_, j) => (i === j ? variance + floor : 0)));
  });
  const sum = parameters.weights.reduce((total, weight) => total + weight, 0);
  parameters.weights = parameters.weights.map((weight) => weight / sum);
}

function keepPlace(parameters: Parameters, before: Parameters, k: number): void {
  parameters.means[k] = before.means[k] as number[];
  parameters.variances[k] = before.variances[k] as number[];
  if (parameters.covariances) parameters.covariances[k] = before.covariances?.[k] as number[][];
}

const squaredDistance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0);

/** log p(x), [examples], in nats, and the responsibility of each component, [examples, components]. */
function expectation(x: tf.Tensor2D, parameters: Parameters): { total: tf.Tensor1D; shares: tf.Tensor2D } {
  const { weights, means, variances, covariances } = parameters;
  const mean = tf.tensor2d(means);
  const logWeights = tf.log(tf.tensor1d(weights));
  const component =
    covariances === undefined
      ? normal({ mean, logVar: tf.log(tf.tensor2d(variances)) })
      : fullNormal({ mean, scaleTril: tf.tensor3d(covariances.map(choleskyFactor)) });
  // Every example is evaluated under all components.
  const joint = inBatches(x, (part) => tf.add(component.logProb(tf.expandDims(part, 1)), logWeights)) as tf.Tensor2D;
  const total = logSumExp(joint, 1) as tf.Tensor1D;
  return { total, shares: tf.exp(tf.sub(joint, tf.expandDims(total, 1))) as tf.Tensor2D };
}

const choleskyFactor = (matrix: number[][]): number[][] =>
  new CholeskyDecomposition(new Matrix(matrix)).lowerTriangularMatrix.to2DArray();

/** The maximum-likelihood parameters for given responsibilities [examples, components]. */
function maximization({ x, floor, full }: Points, shares: tf.Tensor2D): Parameters {
  // A component without examples keeps a tiny weight, which prevents division by zero.
  const counts = tf.maximum(tf.sum(shares, 0), 1e-6);
  const means = tf.div(tf.matMul(shares, x, true), tf.expandDims(counts, 1)) as tf.Tensor2D;
  const perComponent = tf.unstack(means).map((mean, k) => {
    const share = tf.div(shares.slice([0, k], [-1, 1]), counts.slice(k, 1));
    const centered = tf.sub(x, mean) as tf.Tensor2D;
    const weighed = tf.mul(centered, share) as tf.Tensor2D;
    const variances = tf.add(tf.sum(tf.mul(weighed, centered), 0), floor).arraySync() as number[];
    if (!full) return { variances, covariance: [] };
    const products = tf.add(tf.matMul(weighed, centered, true), tf.mul(tf.eye(x.shape[1]), floor));
    // Rounding makes the matrix slightly asymmetric.
    return { variances, covariance: tf.add(products, tf.transpose(products)).mul(0.5).arraySync() as number[][] };
  });
  return {
    weights: Array.from(tf.div(counts, tf.sum(counts)).dataSync()),
    means: means.arraySync(),
    variances: perComponent.map(({ variances }) => variances),
    covariances: full ? perComponent.map(({ covariance }) => covariance) : undefined,
  };
}
