import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";
import { checkData } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { fullNormal } from "../distributions/full-normal";
import { logSumExp } from "../distributions/log-sum-exp";
import { type Mixture, mixture } from "../distributions/mixture";
import { type Normal, normal } from "../distributions/normal";
import { type PerExample, perExample } from "../distributions/per-example";
import { supports } from "../distributions/support";
import { diagonal, diagonalMatrix, lowerTriangle, solveLower } from "../distributions/triangular";
import { type LogLikelihoodOptions, logLikelihood } from "../inference/log-likelihood";
import type { NetworkContext } from "../networks/network-context";
import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { checkSizes } from "../runtime/check-sizes";
import { inBatches } from "../runtime/in-batches";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { checkBeta, type ElboPhaseOptions, elboPhase, type VaeTerms } from "./core/elbo-phase";
import {
  type EncoderDecoderModel,
  type EncoderDecoderOptions,
  encoderDecoder,
  type LatentMethods,
  type SampleOptions,
} from "./core/encoder-decoder";
import { normalOf } from "./vae";

/** Options of `vade()`. */
export interface VadeOptions extends EncoderDecoderOptions, ElboPhaseOptions {
  /** The number of clusters: components of the prior. */
  clusters: number;
  /**
   * `"diagonal"`, as in the paper: within a cluster the dimensions of a code are independent. `"full"`: every cluster has a covariance
   * matrix of its own, since nothing makes clusters lie along the axes. Defaults to "diagonal".
   */
  covariance?: "diagonal" | "full";
}

/** A mixture of normal distributions, as numbers: what a Gaussian mixture model fitted to codes gives. */
export interface ClusterPrior {
  /** [clusters], at least 0, with sum 1 */
  readonly weights: ArrayLike<number>;
  /** [clusters][latent] */
  readonly means: readonly ArrayLike<number>[];
  /** [clusters][latent], above 0: the variances of the components in each dimension */
  readonly variances: readonly ArrayLike<number>[];
  /** [clusters][latent][latent]: the components' covariance matrices, read where the model has them; without them, `variances` are. */
  readonly covariances?: readonly (readonly ArrayLike<number>[])[] | undefined;
}

/** Options of the `sample()` of a model with clusters. */
export interface ClusterSampleOptions extends SampleOptions {
  /** From which cluster to draw, 0, 1, …; defaults to all of them, by their weights. */
  cluster?: number;
}

/** A VAE whose prior is a mixture; made by `vade()`. */
export interface Vade extends EncoderDecoderModel, LatentMethods {
  readonly clusters: number;
  /** What `fit` needs: one phase, "elbo", with the terms distortion and rate, and those that the objective adds. */
  readonly phases: readonly [Phase<"elbo", "distortion" | "rate">];
  /** p(z) as it now is; its tensors are the caller's, for `tf.tidy`. */
  prior(): Mixture;
  /** Puts the clusters of the prior elsewhere: the way to begin from a mixture fitted to codes. */
  setPrior(prior: ClusterPrior): void;
  /** q(z | x) of x [batch, …data]; its tensors are the caller's, for `tf.tidy`. */
  encode(x: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z) of z [batch, latent]; its tensors are the caller's, for `tf.tidy`. */
  decode(z: tf.Tensor, context?: NetworkContext): Distribution;
  /** Distortion and rate of x [batch, …data], with one draw of z. */
  terms(x: tf.Tensor, rng: Rng, training?: boolean): VaeTerms;
  /** q(c | x) of x [examples, …data]: the probability of each cluster, [examples, clusters]. */
  responsibilities(x: tf.Tensor): tf.Tensor2D;
  /** The most probable cluster of x [examples, …data], int32 [examples]. */
  assign(x: tf.Tensor): tf.Tensor1D;
  /** Draws of the model, [n, …data]: codes from the prior or one cluster of it, then the mean of p(x | z) (or a draw of it). */
  sample(n: number, options?: ClusterSampleOptions): tf.Tensor;
  /** Importance-sampled log p(x) of x [examples, …data]: [examples], nats. */
  logLikelihood(x: tf.Tensor, options?: LogLikelihoodOptions): Promise<tf.Tensor1D>;
}

/**
 * Variational deep embedding (Jiang et al. 2017): a VAE for clustering. Its prior is a mixture p(z) = Σ_c π_c N(z; μ_c, σ_c²) whose
 * parameters are trained with the networks, and the cluster of an example is the component its code belongs to. Maximized is
 *
 *     E_q[log p(x | z)] − Σ_c q(c | x) KL(q(z | x) ‖ p(z | c)) − KL(q(c | x) ‖ π)
 *
 * (their equation 8, sorted). For given q(z | x) it is greatest at q(c | x) ∝ π_c exp(−KL(q(z | x) ‖ p(z | c))), and then the two
 * divergences, the rate, are −log Σ_c π_c exp(−KL(q(z | x) ‖ p(z | c))) (Hershey & Olsen 2007, equation 18, for one component on the
 * left). That is what is computed; the paper takes the mean of p(c | z) over q(z | x) for q(c | x) (equation 16), which is near it. With
 * one cluster that stays at N(0, I) it is `vae()`. The paper's components have no covariances; `covariance: "full"` gives them some.
 *
 * Training moves the clusters little from where they begin. Train with `schedules: { beta: constant(0) }` first, the networks alone; fit a
 * mixture to the codes (`embed()`), hand it to `setPrior()`, and train on.
 *
 * @throws ArgumentError for shapes that do not fit
 */
export function vade(options: VadeOptions): Vade {
  const where = "vade()";
  const { clusters, beta = 1, covariance = "diagonal", seed = 0 } = options;
  checkSizes(where, "clusters", [clusters]);
  checkBeta(where, beta);
  if (covariance !== "diagonal" && covariance !== "full") {
    throw new ArgumentError(where, "covariance", covariance, '"diagonal" or "full"');
  }
  const networks = encoderDecoder(where, options, { codes: 2 * options.latentDim });
  const { dataShape, latentDim, likelihood, decode } = networks;
  const logits = tf.tidy(() => tf.variable(tf.zeros([clusters])));
  // One cluster begins where the prior of a VAE is; several need different places, or they would stay one.
  const means = tf.tidy(() =>
    tf.variable(clusters === 1 ? tf.zeros([1, latentDim]) : rng(seed).fold(1).normal([clusters, latentDim])),
  );
  const logVars = tf.tidy(() => tf.variable(tf.zeros([clusters, latentDim])));
  // A component's precision is Uᵀ diag(σ⁻²) U with ones on the diagonal of U [latent, latent] and zeros above: U turns the code into
  // numbers that are independent within the cluster, and σ² are their variances. U = I where dimensions are independent as they are.
  const unmixing =
    covariance === "full" ? tf.tidy(() => tf.variable(tf.zeros([clusters, latentDim, latentDim]))) : undefined;
  const ofPrior = [logits, means, logVars, ...(unmixing ? [unmixing] : [])];

  const encode: Vade["encode"] = (x, context) => normalOf(networks.encode(x, context));
  /** The components, or one of them: [clusters or 1, latent]. */
  const components = (of: (all: tf.Tensor) => tf.Tensor = (all) => all): Distribution => {
    const [mean, logVar] = [of(means), of(logVars)];
    if (!unmixing) return normal({ mean, logVar });
    // Σ = U⁻¹ diag(σ²) U⁻ᵀ
    const scales = diagonalMatrix(tf.exp(tf.mul(logVar, 0.5)));
    return fullNormal({ mean, scaleTril: solveLower(unitLower(of(unmixing)), scales) });
  };
  const prior = (): Mixture => mixture({ logits, components: components() });
  /** log π_c − KL(q(z | x) ‖ p(z | c)), [batch, clusters]: up to a constant, log q(c | x). */
  const scores = (posterior: Normal): tf.Tensor => {
    const { logVar } = posterior.parameters;
    const [mean, variance] = [posterior.mean(), posterior.variance()];
    // U (m − μ_c) and the diagonal of U diag(s) Uᵀ, [batch, clusters, latent], with m and s mean and variances of q(z | x).
    let distance = tf.sub(tf.expandDims(mean, 1), means);
    let spread = tf.expandDims(variance, 1);
    if (unmixing) {
      const u = unitLower(unmixing);
      const times = (matrices: tf.Tensor, codes: tf.Tensor): tf.Tensor =>
        tf.reshape(tf.matMul(codes, tf.reshape(matrices, [-1, latentDim]), false, true), [-1, clusters, latentDim]);
      distance = tf.sub(times(u, mean), tf.sum(tf.mul(u, tf.expandDims(means, 1)), 2));
      spread = times(tf.square(u), variance);
    }
    // ½ Σ_j [(spread_j + distance_j²)/σ²_cj + log σ²_cj − log s_j − 1]
    const inner = tf.add(tf.mul(tf.add(spread, tf.square(distance)), tf.exp(tf.neg(logVars))), logVars);
    const divergence = tf.sub(tf.sub(inner, tf.expandDims(logVar, 1)), 1);
    return tf.sub(tf.logSoftmax(logits), tf.mul(tf.sum(divergence, 2), 0.5));
  };
  const forward = (x: tf.Tensor, stream: Rng, training: boolean) => {
    const [draws, layers, own] = stream.split(3) as [Rng, Rng, Rng];
    const posterior = encode(x, { training, rng: layers });
    const z = posterior.sample(draws) as tf.Tensor2D;
    const distortion = networks.distortion(x, decode(z, { training, rng: layers }), training);
    const rate: PerExample = perExample(tf.neg(logSumExp(scores(posterior), 1)));
    return { posterior, z, prior: prior(), rng: own, distortion, rate };
  };
  const responsibilities = (at: string, x: tf.Tensor): tf.Tensor2D => {
    checkData(at, "x", x, dataShape, supports.real);
    return inBatches(x, (part) => tf.softmax(scores(encode(part)))) as tf.Tensor2D;
  };
  const component = (cluster: number): Distribution => {
    if (!(Number.isInteger(cluster) && cluster >= 0 && cluster < clusters)) {
      throw new ArgumentError("sample()", "cluster", cluster, `a whole number from 0 to ${clusters - 1}`);
    }
    return components((all) => tf.gather(all, [cluster]));
  };

  return {
    ...networks.model("vade", options),
    clusters,
    phases: [
      elboPhase(
        options,
        () => [...networks.trainable(), ...ofPrior],
        ({ x }, stream, training) => forward(x as tf.Tensor, stream, training),
      ),
    ],
    variables: () => [...networks.variables(), ...ofPrior],
    prior,
    setPrior(given) {
      const values = readPrior(given, clusters, latentDim, covariance);
      tf.tidy(() => {
        logits.assign(tf.tensor1d(values.logWeights));
        means.assign(tf.tensor2d(values.means, [clusters, latentDim]));
        logVars.assign(tf.tensor2d(values.logVars, [clusters, latentDim]));
        unmixing?.assign(tf.tensor3d(values.unmixing, [clusters, latentDim, latentDim]));
      });
    },
    encode,
    decode,
    terms(x, stream, training = false) {
      const { distortion, rate } = forward(x, stream, training);
      return { distortion, rate };
    },
    responsibilities: (x) => responsibilities("responsibilities()", x),
    assign: (x) => tf.tidy(() => tf.argMax(responsibilities("assign()", x), 1) as tf.Tensor1D),
    ...networks.latentMethods((x) => encode(x).mean()),
    sample: (n, { cluster, ...sampling } = {}) =>
      tf.tidy(() => {
        const from = cluster === undefined ? prior() : component(cluster);
        return networks.sampler((stream, count) => from.sample(stream, count).reshape([count, latentDim]))(n, sampling);
      }),
    async logLikelihood(x, sampling) {
      checkData("logLikelihood()", "x", x, dataShape, likelihood.support);
      // The prior's density is built within the steps, where the variables can be read.
      return logLikelihood({ prior: { logProb: (z) => prior().logProb(z) }, encode, decode }, x, sampling);
    },
    dispose() {
      networks.dispose();
      tf.dispose(ofPrior);
    },
  };
}

/** Matrices [clusters, latent, latent] with what the given ones hold below the diagonal, ones on it and zeros above. */
function unitLower(matrices: tf.Tensor): tf.Tensor {
  return tf.add(lowerTriangle(matrices), diagonalMatrix(tf.sub(1, diagonal(matrices))));
}

/** @throws ArgumentError naming the entry that does not fit */
function readPrior(given: ClusterPrior, clusters: number, latentDim: number, covariance: "diagonal" | "full") {
  const where = "setPrior()";
  const { weights, means, variances, covariances } = given ?? {};
  const list = (
    name: string,
    values: ArrayLike<number>,
    length: number,
    fits: (x: number) => boolean,
    what: string,
  ) => {
    const numbers = Array.from(values ?? []);
    if (numbers.length === length && numbers.every((x) => Number.isFinite(x) && fits(x))) return numbers;
    throw new ArgumentError(where, name, values, `${length} ${what}`);
  };
  const table = (name: string, rows: readonly ArrayLike<number>[], fits: (x: number) => boolean, what: string) => {
    if (rows?.length !== clusters) throw new ArgumentError(where, name, rows, `${clusters} lists, one per cluster`);
    return rows.flatMap((row, c) => list(`${name}[${c}]`, row, latentDim, fits, what));
  };
  const shares = list("weights", weights, clusters, (x) => x >= 0, "numbers of at least 0, one per cluster");
  const sum = shares.reduce((total, share) => total + share, 0);
  if (!(Math.abs(sum - 1) < 1e-3)) throw new ArgumentError(where, "the sum of weights", sum, "1");
  // A cluster without weight would have no gradient to come back by.
  const logWeights = shares.map((share) => Math.log(Math.max(share, 1e-6)));
  const centers = table("means", means, () => true, "finite numbers, one per latent dimension");
  const logVars = table("variances", variances, (x) => x > 0, "numbers above 0, one per latent dimension").map(
    Math.log,
  );
  if (covariance === "diagonal" || covariances === undefined) {
    return {
      logWeights,
      means: centers,
      logVars,
      unmixing: new Array<number>(clusters * latentDim * latentDim).fill(0),
    };
  }
  if (covariances.length !== clusters) {
    throw new ArgumentError(where, "covariances", covariances, `${clusters} matrices, one per cluster`);
  }
  const factors = covariances.map((rows, c) => unmix(where, `covariances[${c}]`, rows, latentDim));
  return {
    logWeights,
    means: centers,
    logVars: factors.flatMap((factor) => factor.variances.map(Math.log)),
    unmixing: factors.flatMap((factor) => factor.unmixing.to1DArray()),
  };
}

/** U and σ² with Σ⁻¹ = Uᵀ diag(σ⁻²) U, from Cholesky's Σ = L Lᵀ with L = U⁻¹ diag(σ). */
function unmix(where: string, name: string, rows: readonly ArrayLike<number>[], latentDim: number) {
  const values = Array.from(rows ?? [], (row) => Array.from(row));
  const square =
    values.length === latentDim && values.every((row) => row.length === latentDim && row.every(Number.isFinite));
  const factor = square ? new CholeskyDecomposition(new Matrix(values)) : undefined;
  if (!factor?.isPositiveDefinite()) {
    throw new ArgumentError(
      where,
      name,
      rows,
      `a symmetric, positive definite matrix of ${latentDim} × ${latentDim} numbers`,
    );
  }
  const scales = factor.lowerTriangularMatrix.diagonal();
  const mixing = factor.lowerTriangularMatrix.clone().divRowVector(scales);
  return { variances: scales.map((scale) => scale ** 2), unmixing: inverse(mixing) };
}
