import type { Displayable } from "../display/mime-bundle";
import type { Distribution } from "../distributions/distribution";
import { fullNormal } from "../distributions/full-normal";
import { logSumExp } from "../distributions/log-sum-exp";
import { type Mixture, mixture } from "../distributions/mixture";
import { type Normal, normal } from "../distributions/normal";
import { type PerExample, perExample } from "../distributions/per-example";
import { diagonal, diagonalMatrix, lowerTriangle, solveLower } from "../distributions/triangular";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { rng } from "../runtime/rng";
import { oneOf, wholeNumber } from "../runtime/rules";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import { type ComponentValues, readComponents } from "./component-values";
import type { Prior, PriorContext, PriorOfModel } from "./prior";
import { showsPrior } from "./shows-prior";

/** Options of `mixturePrior()`. */
export interface MixturePriorOptions {
  /** The number of components, at least 1. */
  components: number;
  /**
   * `"diagonal"`: within a component, the dimensions of a code are independent. `"full"`: every component has a full covariance
   * matrix. Defaults to "diagonal".
   */
  covariance?: "diagonal" | "full";
}

/** The prior of a model that was created with `mixturePrior()`. */
export interface MixturePrior extends Prior<Mixture>, Displayable {
  /** log π_c − KL(q(z | x) ‖ p(z | c)), [batch, components], nats. For each x, this is log q(c | x) plus a constant. */
  scores(posterior: Normal): tf.Tensor2D;
  /** p(z | c) of one component, counted from 0; batch 1. */
  component(index: number): Distribution;
  /** Sets the parameters of the components. Errors name the function `where`. */
  set(where: string, values: ComponentValues): void;
  rate(posterior: Normal): PerExample;
  dispose(): void;
}

/** The result of `mixturePrior()`, before it belongs to a model. */
export interface MixturePriorOfModel extends PriorOfModel<MixturePrior>, Displayable {
  readonly spec: FactorySpec;
  forModel(model: Pick<PriorContext, "latentDim" | "seed">): MixturePrior;
}

const schema = optionsSchema<MixturePriorOptions>({
  components: wholeNumber(),
  covariance: oneOf("diagonal", "full").optional(),
});

/**
 * A mixture of normal distributions p(z) = Σ_c π_c N(z; μ_c, Σ_c). Its parameters are trained together with the networks:
 * `vae({ prior: mixturePrior({ components: 10 }), … })`. `vade()` uses the same prior and adds methods for clustering, such as
 * `setPrior()`, which sets the components.
 *
 * The rate is −log Σ_c π_c exp(−KL(q(z | x) ‖ p(z | c))), in nats per example. It is an upper bound on KL(q(z | x) ‖ p(z)) in
 * closed form (Hershey & Olsen 2007, equation 18, with one component on the left; Jiang et al. 2017, equation 8, with the optimal
 * q(c | x)).
 *
 * A single component starts at N(0, I). Several components start with unit variance at means drawn from N(0, I) with the seed of
 * the model.
 *
 * @throws ArgumentError for options out of range
 */
export function mixturePrior(options: MixturePriorOptions): MixturePriorOfModel {
  checkOptions("mixturePrior()", schema, options);
  const { components, covariance = "diagonal" } = options;
  const spec = { factory: "mixturePrior", options: { components, covariance } };
  return {
    spec,
    ...showsPrior(spec),
    forModel: ({ latentDim, seed }) => makeMixture({ components, covariance }, latentDim, seed),
  };
}

function makeMixture(
  { components: count, covariance }: Required<MixturePriorOptions>,
  latentDim: number,
  seed: number,
): MixturePrior {
  const spec = { factory: "mixturePrior", options: { components: count, covariance } };
  const { logits, means, logVars, unmixing } = startingVariables(count, latentDim, covariance, seed);
  const variables = [logits, means, logVars, ...(unmixing ? [unmixing] : [])];

  /** All components, or a selection of them: batch count or 1, event shape [latentDim]. */
  const densities = (of: (all: tf.Tensor) => tf.Tensor = (all) => all): Distribution => {
    const [mean, logVar] = [of(means), of(logVars)];
    if (!unmixing) return normal({ mean, logVar });
    // Σ = U⁻¹ diag(σ²) U⁻ᵀ
    const scales = diagonalMatrix(tf.exp(tf.mul(logVar, 0.5)));
    return fullNormal({ mean, scaleTril: solveLower(unitLower(of(unmixing)), scales) });
  };
  const scores = (posterior: Normal): tf.Tensor2D => {
    const { logVar } = posterior.parameters;
    const [mean, variance] = [posterior.mean(), posterior.variance()];
    // U (m − μ_c) and the diagonal of U diag(s) Uᵀ, [batch, count, latentDim], where m and s are the mean and
    // variances of q(z | x).
    let distance = tf.sub(tf.expandDims(mean, 1), means);
    let spread = tf.expandDims(variance, 1);
    if (unmixing) {
      const u = unitLower(unmixing);
      const times = (matrices: tf.Tensor, codes: tf.Tensor): tf.Tensor =>
        tf.reshape(tf.matMul(codes, tf.reshape(matrices, [-1, latentDim]), false, true), [-1, count, latentDim]);
      distance = tf.sub(times(u, mean), tf.sum(tf.mul(u, tf.expandDims(means, 1)), 2));
      spread = times(tf.square(u), variance);
    }
    // ½ Σ_j [(spread_j + distance_j²)/σ²_cj + log σ²_cj − log s_j − 1]
    const inner = tf.add(tf.mul(tf.add(spread, tf.square(distance)), tf.exp(tf.neg(logVars))), logVars);
    const divergence = tf.sub(tf.sub(inner, tf.expandDims(logVar, 1)), 1);
    return tf.sub(tf.logSoftmax(logits), tf.mul(tf.sum(divergence, 2), 0.5));
  };

  return {
    spec,
    variables,
    distribution: () => mixture({ logits, components: densities() }),
    scores,
    component: (index) => densities((all) => tf.gather(all, [index])),
    set(where, given) {
      const values = readComponents(where, given, { count, latentDim, covariance });
      tf.tidy(() => {
        logits.assign(tf.tensor1d(values.logWeights));
        means.assign(tf.tensor2d(values.means, [count, latentDim]));
        logVars.assign(tf.tensor2d(values.logVars, [count, latentDim]));
        unmixing?.assign(tf.tensor3d(values.unmixing, [count, latentDim, latentDim]));
      });
    },
    rate: (posterior) => perExample(tf.neg(logSumExp(scores(posterior), 1))),
    dispose: () => tf.dispose(variables),
    ...showsPrior(spec),
  };
}

function startingVariables(count: number, latentDim: number, covariance: "diagonal" | "full", seed: number) {
  const variable = (values: () => tf.Tensor): tf.Variable => tf.tidy(() => tf.variable(values()));
  return {
    logits: variable(() => tf.zeros([count])),
    // One component starts at the prior of a plain VAE. Several must start at different means, or they would stay identical.
    means: variable(() => (count === 1 ? tf.zeros([1, latentDim]) : rng(seed).fold(1).normal([count, latentDim]))),
    logVars: variable(() => tf.zeros([count, latentDim])),
    // The precision matrix of a component is Uᵀ diag(σ⁻²) U, where U [latentDim, latentDim] has ones on the diagonal and zeros
    // above it. Within the component, U z has independent entries with variances σ². With diagonal covariance, z itself has them.
    unmixing: covariance === "full" ? variable(() => tf.zeros([count, latentDim, latentDim])) : undefined,
  };
}

/** Matrices [count, latentDim, latentDim] with the given entries below the diagonal, ones on it and zeros above it. */
function unitLower(matrices: tf.Tensor): tf.Tensor {
  return tf.add(lowerTriangle(matrices), diagonalMatrix(tf.sub(1, diagonal(matrices))));
}
