import { checkData } from "../distributions/check-data";
import type { Mixture } from "../distributions/mixture";
import { supports } from "../distributions/support";
import type { ComponentValues } from "../priors/component-values";
import { mixturePrior } from "../priors/mixture-prior";
import type { ModelPrior } from "../priors/prior";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { inBatches } from "../runtime/in-batches";
import { oneOf, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildVae, type Vae } from "./core/build-vae";
import { type ElboPhaseOptions, elboPhaseRules } from "./core/elbo-phase";
import type { EncoderDecoderOptions, SampleOptions } from "./core/encoder-decoder";
import { encoderDecoderRules } from "./core/encoder-decoder-rules";
import { sampler } from "./core/latent-methods";

/** Options of `vade()`. */
export interface VadeOptions extends EncoderDecoderOptions, ElboPhaseOptions {
  /** The number of clusters, which are the components of the prior. */
  clusters: number;
  /**
   * `"diagonal"`, as in the paper: within a cluster, the dimensions of a code are independent. `"full"`: every cluster has its
   * own covariance matrix, because clusters need not be aligned with the axes. Defaults to "diagonal".
   */
  covariance?: "diagonal" | "full";
}

/** Options of the `sample()` of a model with clusters. */
export interface ClusterSampleOptions extends SampleOptions {
  /** The cluster to draw from: 0, 1, …; defaults to all clusters, by their weights. */
  cluster?: number;
}

/** A VAE with a mixture prior, created by `vade()`. */
export interface Vade extends Omit<Vae, "prior" | "sample"> {
  readonly clusters: number;
  /** p(z): a distribution that always has the current parameter values; `prior.distribution()` is the mixture itself. */
  readonly prior: ModelPrior<Mixture>;
  /** Sets the components of the prior, for example to a mixture fitted to codes. */
  setPrior(prior: ComponentValues): void;
  /** q(c | x) for x [examples, …data]: the probability of each cluster, [examples, clusters]. */
  responsibilities(x: tf.Tensor): tf.Tensor2D;
  /** The most probable cluster of x [examples, …data], int32 [examples]. */
  assign(x: tf.Tensor): tf.Tensor1D;
  /**
   * Draws from the model, [n, …data]: codes from the prior or from one cluster, then the mean of p(x | z) (or a draw
   * from it).
   */
  sample(n: number, options?: ClusterSampleOptions): tf.Tensor;
}

const schema = optionsSchema<VadeOptions>({
  ...encoderDecoderRules,
  ...elboPhaseRules,
  clusters: wholeNumber(),
  covariance: oneOf("diagonal", "full").optional(),
});

/**
 * Variational deep embedding (Jiang et al. 2017): a VAE for clustering. Its prior is `mixturePrior()`, a mixture p(z) = Σ_c π_c
 * N(z; μ_c, σ_c²) with parameters that are trained together with the networks. The cluster of an example is the component that
 * its code belongs to. Training maximizes
 *
 *     E_q[log p(x | z)] − Σ_c q(c | x) KL(q(z | x) ‖ p(z | c)) − KL(q(c | x) ‖ π)
 *
 * (their equation 8, rearranged). For a given q(z | x), the maximum is at q(c | x) ∝ π_c exp(−KL(q(z | x) ‖ p(z | c))). The sum
 * of the two divergences, the rate, is then −log Σ_c π_c exp(−KL(q(z | x) ‖ p(z | c))) (Hershey & Olsen 2007, equation 18, for
 * one component on the left). This code computes that. The paper instead uses the mean of p(c | z) over q(z | x) as q(c | x)
 * (equation 16), which is close to it. With one cluster fixed at N(0, I) it is `vae()`. The paper's components have diagonal
 * covariances; `covariance: "full"` gives them full ones.
 *
 * Training barely moves the clusters, so initialize them well: (1) train the networks alone with `schedules: { beta: constant(0) }`;
 * (2) fit a mixture to the codes from `embed()` and pass it to `setPrior()`; (3) continue training.
 *
 * @throws ArgumentError for shapes that do not match, and options out of range
 */
export function vade(options: VadeOptions): Vade {
  checkOptions("vade()", schema, options);
  const { clusters, covariance = "diagonal", latentDim, seed = 0 } = options;
  const mixture = mixturePrior({ components: clusters, covariance }).forModel({ latentDim, seed });
  const { sample, ...model } = buildVae("vade", options, { prior: mixture });
  const { dataShape, encode, decode } = model;

  const responsibilities = (at: string, x: tf.Tensor): tf.Tensor2D => {
    checkData(at, "x", x, dataShape, supports.real);
    return inBatches(x, (part) => tf.softmax(mixture.scores(encode(part)))) as tf.Tensor2D;
  };
  const fromCluster = (cluster: number): Vae["sample"] => {
    if (!(Number.isInteger(cluster) && cluster >= 0 && cluster < clusters)) {
      throw new ArgumentError("sample()", "cluster", cluster, `a whole number from 0 to ${clusters - 1}`);
    }
    return sampler(decode, (stream, n) => mixture.component(cluster).sample(stream, n).reshape([n, latentDim]));
  };

  return {
    ...model,
    prior: model.prior as ModelPrior<Mixture>,
    clusters,
    setPrior: (given) => mixture.set("setPrior()", given),
    responsibilities: (x) => responsibilities("responsibilities()", x),
    assign: (x) => tf.tidy(() => tf.argMax(responsibilities("assign()", x), 1) as tf.Tensor1D),
    sample: (n, { cluster, ...sampling } = {}) =>
      cluster === undefined ? sample(n, sampling) : fromCluster(cluster)(n, sampling),
  };
}
