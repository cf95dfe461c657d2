import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { factsBundle } from "../../display/table";
import { withDisplay } from "../../display/with-display";
import { checkData, checkShape } from "../../distributions/check-data";
import { type FullNormal, fullNormal } from "../../distributions/full-normal";
import { type Normal, normal } from "../../distributions/normal";
import { type PerExample, perExample } from "../../distributions/per-example";
import { standardNormal } from "../../distributions/standard-normal";
import { supports } from "../../distributions/support";
import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { checkWholeNumber } from "../../runtime/check-value";
import { type Rng, rng } from "../../runtime/rng";
import { checkedElsewhere, oneOf, positive, seedNumber } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import type { SampleOptions } from "../core/encoder-decoder";

/** Parameters of `probabilisticPca()`. */
export interface ProbabilisticPcaOptions {
  /** W, [data, latentDim], with at least one of each */
  weights: tf.Tensor2D;
  /** μ, [data]; defaults to 0 */
  mean?: tf.Tensor1D;
  /** σ > 0, the standard deviation of the noise */
  stdDev: number;
}

/**
 * A linear-Gaussian latent variable model, created by `probabilisticPca()` or `fitProbabilisticPca()`. It has a display
 * in a cell.
 */
export interface ProbabilisticPca {
  readonly dataShape: readonly [number];
  readonly latentDim: number;
  /** W, [data, latentDim] */
  readonly weights: tf.Tensor2D;
  /** μ, [data] */
  readonly mean: tf.Tensor1D;
  /** σ */
  readonly stdDev: number;
  /** N(0, I) */
  readonly prior: Normal;
  /** Exact log p(x) for x [batch, data]: [batch], nats. */
  logProb(x: tf.Tensor): PerExample;
  /** The exact p(z | x) for x [batch, data]. The caller owns its tensors; use `tf.tidy`. */
  posterior(x: tf.Tensor): FullNormal;
  /** The posterior, under its name in models with an approximate one; here q(z | x) = p(z | x). */
  encode(x: tf.Tensor): FullNormal;
  /** p(x | z) for z [batch, latentDim]. The caller owns its tensors; use `tf.tidy`. */
  decode(z: tf.Tensor): Normal;
  /** Draws from the model, [n, data]: z from the prior, then the mean of p(x | z) (or a draw from it). */
  sample(n: number, options?: SampleOptions): tf.Tensor2D;
  dispose(): void;
}

/**
 * Probabilistic principal component analysis, the linear-Gaussian VAE: z ~ N(0, I), x | z ~ N(Wz + μ, σ²I).
 * Tipping & Bishop 1999, equation 2.
 *
 * Its log p(x) and its posterior have closed forms, so it serves as ground truth for checking estimators. They are computed
 * once, in float64, from the values of the parameters: gradients flow to x and z, but not to the parameters. Like a model
 * with variables, it survives `tf.tidy`; `dispose()` frees it.
 *
 * @throws ArgumentError for shapes that do not match and values out of range
 */
export function probabilisticPca(options: ProbabilisticPcaOptions): ProbabilisticPca {
  const { stdDev } = options;
  checkOptions("probabilisticPca()", schema, options);
  checkParameters(options);
  const [data, latentDim] = options.weights.shape;
  const weights = tf.keep(options.weights.clone());
  const mean = tf.keep(options.mean?.clone() ?? tf.zeros<tf.Rank.R1>([data]));
  const prior = standardNormal([latentDim]);

  const w = new Matrix(weights.arraySync());
  const variance = stdDev ** 2;
  // M = WᵀW + σ²I, [latentDim, latentDim], of Tipping & Bishop 1999, equation 6.
  const m = w.transpose().mmul(w).add(Matrix.eye(latentDim).mul(variance));
  const cholesky = new CholeskyDecomposition(m);
  if (!cholesky.isPositiveDefinite()) {
    throw new ArgumentError(
      "probabilisticPca()",
      "stdDev",
      stdDev,
      "large enough, relative to the weights, for float64",
    );
  }
  // Equation 6: z | x ~ N(M⁻¹Wᵀ(x − μ), σ²M⁻¹).
  const projection = toTensor(cholesky.solve(w.transpose()).transpose());
  const solved = cholesky.solve(Matrix.eye(latentDim)).mul(variance);
  // Rounding makes it slightly asymmetric, and the decomposition would reject that.
  const covariance = Matrix.add(solved, solved.transpose()).mul(0.5);
  const scaleTril = toTensor(new CholeskyDecomposition(covariance).lowerTriangularMatrix);
  // log |C| = (d − q) log σ² + log |M| for the covariance C = WWᵀ + σ²I of x (the matrix determinant lemma).
  const logDiagonal = cholesky.lowerTriangularMatrix.diagonal().reduce((sum, value) => sum + Math.log(value), 0);
  const logDeterminant = (data - latentDim) * Math.log(variance) + 2 * logDiagonal;
  const constant = logDeterminant + data * Math.log(2 * Math.PI);

  const posterior: ProbabilisticPca["posterior"] = (x) => {
    checkShape("posterior()", "x", x, [data]);
    return fullNormal({
      mean: tf.matMul(tf.sub(x, mean), projection),
      scaleTril: tf.tile(scaleTril.expandDims(0), [x.shape[0] as number, 1, 1]),
    });
  };
  const decode: ProbabilisticPca["decode"] = (z) => {
    checkShape("decode()", "z", z, [latentDim]);
    return normal({ mean: tf.add(tf.matMul(z as tf.Tensor2D, weights, false, true), mean), stdDev });
  };

  const model: ProbabilisticPca = {
    dataShape: [data],
    latentDim,
    weights,
    mean,
    stdDev,
    prior,
    logProb(x) {
      checkData("logProb()", "x", x, [data], supports.real);
      return tf.tidy(() => {
        const centered = tf.sub(x, mean);
        const code = tf.matMul(centered as tf.Tensor2D, projection);
        const rest = tf.sub(centered, tf.matMul(code, weights, false, true));
        // (x − μ)ᵀC⁻¹(x − μ) = |x − μ − Wm|²/σ² + |m|² with m the posterior mean. This is a sum of squares; the usual form
        // (Woodbury's) is a difference of two numbers that are large for a small σ.
        const squares = tf.add(tf.sum(tf.square(rest), 1).div(variance), tf.sum(tf.square(code), 1));
        // Equation 3: x ~ N(μ, C).
        return perExample(tf.mul(tf.add(squares, constant), -0.5));
      });
    },
    posterior,
    encode: posterior,
    decode,
    sample(n, options = {}) {
      checkWholeNumber("sample()", "n", n);
      checkOptions("sample()", sampleSchema, options);
      const { seed = 0, values = "mean" } = options;
      return tf.tidy(() => {
        const [codes, noise] = rng(seed).split(2) as [Rng, Rng];
        const distribution = decode(prior.sample(codes, n).reshape([n, latentDim]));
        return (values === "draw" ? distribution.sample(noise) : distribution.mean()) as tf.Tensor2D;
      });
    },
    dispose: () => tf.dispose([weights, mean, projection, scaleTril]),
  };
  return withDisplay(model, () =>
    factsBundle("Probabilistic PCA", {
      "data dimensions": data,
      "latent dimensions": latentDim,
      "σ of the noise": stdDev,
    }),
  );
}

/** A tensor that survives `tf.tidy`, like a variable. */
const toTensor = (matrix: Matrix): tf.Tensor2D => tf.keep(tf.tensor2d(matrix.to2DArray()));

const schema = optionsSchema<ProbabilisticPcaOptions>({
  weights: checkedElsewhere,
  mean: checkedElsewhere.optional(),
  stdDev: positive,
});

const sampleSchema = optionsSchema<SampleOptions>({
  seed: seedNumber.optional(),
  values: oneOf("mean", "draw").optional(),
});

function checkParameters({ weights, mean }: ProbabilisticPcaOptions): void {
  const where = "probabilisticPca()";
  const [data = 0] = weights instanceof tf.Tensor ? weights.shape : [];
  if (!(weights instanceof tf.Tensor && weights.rank === 2 && weights.size > 0)) {
    throw new ArgumentError(where, "weights", weights, "a float32 tensor of shape [data, latent], at least 1 of each");
  }
  checkData(where, "weights", weights, weights.shape.slice(1), supports.real);
  if (mean !== undefined) {
    if (!(mean instanceof tf.Tensor && mean.rank === 1 && mean.shape[0] === data)) {
      throw new ArgumentError(where, "mean", mean, `a float32 tensor of shape [${data}], like the weights' rows`);
    }
    checkData(where, "mean", mean, [], supports.real);
  }
}
