import { checkData } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { type Support, supports } from "../distributions/support";
import { ArgumentError } from "../runtime/argument-error";
import { inBatches } from "../runtime/in-batches";
import { tf } from "../runtime/tensorflow";
import { type Bounds, estimateBounds, type LatentModel } from "./estimate-bounds";

/** Options of `anomalyScores()`. */
export interface AnomalyScoresOptions extends Bounds {
  /** Draws of z per example, for the two bounds on log p(x); defaults to 100. */
  samples?: number;
  /**
   * How codes of normal examples are distributed: anything with `logProb(z)` for z [examples, latent], such as
   * `fitGaussianMixture(model.embed(training), { components: 1 })`. Defaults to the model's prior.
   */
  codes?: { logProb(z: tf.Tensor2D): tf.Tensor };
}

/** How unlike normal examples each example is, [examples] each; higher is less like them. */
export interface AnomalyScores {
  /** ‖x − E[x | z]‖² with z the code of x: the squared error of the reconstruction, summed over components, in squared units of x. */
  readonly reconstructionError: Float32Array;
  /** −ELBO, nats. */
  readonly negativeElbo: Float32Array;
  /** −log p(x), importance-sampled, nats: with the draws of the ELBO, and so never above −ELBO. */
  readonly negativeLogLikelihood: Float32Array;
  /** −log density of the code of x among codes of normal examples, nats; of a normal density, half the squared Mahalanobis distance. */
  readonly latentDistance: Float32Array;
}

/** What the scores ask of a model: a `vae()` of any objective has it, and so has `probabilisticPca()`. */
export interface ScoredModel extends LatentModel {
  readonly dataShape: readonly number[];
  /** Says which data have a density; without it, all finite numbers have one. */
  readonly likelihood?: { readonly support: Support };
  encode(x: tf.Tensor): Pick<Distribution, "sample" | "logProb" | "mean">;
}

/**
 * Four scores by which examples that are unlike the training data of a model may be found: the error of the reconstruction, the ELBO (An & Cho
 * 2015 take its first part, the expected log p(x | z)), log p(x), and how far off the code lies. Hand them to `auroc()`,
 * `averagePrecision()` or `anomalyThreshold()`.
 *
 * @param x [examples, …data], as the model was trained on: of the same scale, binarized alike
 * @throws ArgumentError for data that the model has no density for, and for options out of range
 */
export async function anomalyScores(
  model: ScoredModel,
  x: tf.Tensor,
  options: AnomalyScoresOptions = {},
): Promise<AnomalyScores> {
  const where = "anomalyScores()";
  const { codes = model.prior, samples = 100, ...rest } = options;
  if (typeof codes?.logProb !== "function") {
    throw new ArgumentError(where, "codes", codes, "a distribution, or anything else with logProb(z)");
  }
  checkData(where, "x", x, model.dataShape, model.likelihood?.support ?? supports.real);
  const code = (part: tf.Tensor): tf.Tensor2D => model.encode(part).mean() as tf.Tensor2D;
  const bounds = await estimateBounds(where, model, x, { ...rest, samples });
  try {
    return {
      reconstructionError: numbers(() =>
        inBatches(x, (part) => {
          const squares = tf.square(tf.sub(part, model.decode(code(part)).mean()));
          return tf.sum(squares.reshape([squares.shape[0] as number, -1]), 1);
        }),
      ),
      negativeElbo: numbers(() => tf.neg(bounds.elbo)),
      negativeLogLikelihood: numbers(() => tf.neg(bounds.logLikelihood)),
      latentDistance: numbers(() => tf.neg(codes.logProb(inBatches(x, code) as tf.Tensor2D))),
    };
  } finally {
    tf.dispose([bounds.elbo, bounds.logLikelihood]);
  }
}

const numbers = (compute: () => tf.Tensor): Float32Array => tf.tidy(() => compute().dataSync<"float32">());
