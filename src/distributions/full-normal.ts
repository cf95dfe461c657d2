import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { tf } from "../runtime/tensorflow";
import { buildDistribution } from "./build-distribution";
import type { Distribution } from "./distribution";
import { tensorRule } from "./parameters";
import { supports } from "./support";
import { diagonal, lowerTriangle, solveLower } from "./triangular";

/** Parameters of `fullNormal()`. */
export interface FullNormalOptions {
  /** μ, [batch, D] */
  mean: tf.Tensor;
  /** L with Σ = L Lᵀ, [batch, D, D]; its diagonal must be positive, and entries above the diagonal are ignored */
  scaleTril: tf.Tensor;
}

/** A normal distribution with full covariance, created by `fullNormal()`. */
export interface FullNormal extends Distribution {
  readonly family: "fullNormal";
  readonly parameters: { readonly mean: tf.Tensor; readonly scaleTril: tf.Tensor };
}

const schema = optionsSchema<FullNormalOptions>({
  mean: tensorRule,
  scaleTril: tensorRule,
});

/** log 2π */
const log2Pi = Math.log(2 * Math.PI);

/**
 * The normal distribution N(μ, L Lᵀ) on vectors of D components, with full covariance.
 *
 * @throws ArgumentError for a mean or scaleTril of another type or shape, and unknown options
 */
export function fullNormal(options: FullNormalOptions): FullNormal {
  checkOptions("fullNormal()", schema, options);
  const { mean, scaleTril } = options;
  const [batch = 0, dimensions = 0] = mean.shape;
  if (mean.rank !== 2 || batch === 0 || dimensions === 0) {
    throw new ArgumentError("fullNormal()", "mean", mean.shape, "of shape [batch, D], with batch and D at least 1");
  }
  if (!tf.util.arraysEqual(scaleTril.shape, [batch, dimensions, dimensions])) {
    const accepted = `of shape [${batch}, ${dimensions}, ${dimensions}]`;
    throw new ArgumentError("fullNormal()", "scaleTril", scaleTril.shape, accepted);
  }
  // log |Σ|^½ = Σ log Lᵢᵢ, [batch]
  const logDeterminant = () => tf.sum(tf.log(diagonal(scaleTril)), -1);

  const distribution = buildDistribution({
    family: "fullNormal",
    shape: [batch, dimensions],
    reparameterized: true,
    support: supports.real,
    // z = μ + L ε
    sample(rng, prefix) {
      // Drawn as in every family, draws before examples, by which streams of examples know whose draw it is.
      const shape = [...prefix, batch, dimensions];
      const epsilon = tf.reshape(rng.normal(shape), [-1, batch, dimensions]);
      const centered = tf.matMul(lowerTriangle(scaleTril), tf.transpose(epsilon, [1, 2, 0]));
      return tf.add(mean, tf.reshape(tf.transpose(centered, [2, 0, 1]), shape));
    },
    logProb(x) {
      const squares = mahalanobis(scaleTril, tf.sub(x, mean));
      return squares.mul(-0.5).sub(tf.add(logDeterminant(), (dimensions / 2) * log2Pi));
    },
    mean: () => mean,
    // Σᵢᵢ = Σⱼ Lᵢⱼ²
    variance: () => tf.sum(tf.square(lowerTriangle(scaleTril)), -1),
    entropy: () => tf.add(logDeterminant(), (dimensions / 2) * (1 + log2Pi)),
  });
  return { ...distribution, parameters: { mean, scaleTril } };
}

/**
 * The squared length |L⁻¹ d|² = dᵀ Σ⁻¹ d.
 *
 * @param scaleTril L, [batch, D, D]
 * @param difference d, [n?, b, D]; if batch is 1, b is arbitrary
 * @returns [n?, b]
 */
export function mahalanobis(scaleTril: tf.Tensor, difference: tf.Tensor): tf.Tensor {
  const outer = difference.shape.slice(0, -1);
  const [batch = 1, dimensions = 1] = scaleTril.shape;
  // One right-hand side per draw: [n, batch, D] → [batch, D, n]; with a single matrix, every row is a draw.
  const columns = tf.transpose(tf.reshape(difference, [-1, batch, dimensions]), [1, 2, 0]);
  const squares = tf.sum(tf.square(solveLower(scaleTril, columns)), 1);
  return tf.reshape(tf.transpose(squares), outer);
}
