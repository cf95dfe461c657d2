import { interruption } from "../display/interruption";
import { tableBundle } from "../display/table";
import { withDisplay } from "../display/with-display";
import { checkData } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { type Support, supports } from "../distributions/support";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { inBatches } from "../runtime/in-batches";
import { readValues } from "../runtime/read-values";
import { accepts } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { compiledOnce, freeCompiled } from "./compiled-once";
import { type Bounds, boundsRules, estimateBounds, type LatentModel, partsOf, rowsOf } from "./estimate-bounds";

/** Options of `anomalyScores()` and `anomalyScorer()`. */
export interface AnomalyScoresOptions extends Bounds {
  /** The number of draws of z per example, for the two bounds on log p(x); defaults to 100. */
  samples?: number;
  /**
   * The distribution of the codes of normal examples: any object with `logProb(z)` for z [examples, latentDim], such as
   * `fitGaussianMixture(model.embed(training), { components: 1 })`. Defaults to the model's prior.
   */
  codes?: { logProb(z: tf.Tensor2D): tf.Tensor };
}

/**
 * Anomaly scores, each [examples]. A higher score means that an example is less like normal examples. Has a display in
 * a cell.
 */
export interface AnomalyScores {
  /**
   * ‖x − E[x | z]‖², where z is the code of x: the squared reconstruction error, summed over components, in squared
   * units of x.
   */
  readonly reconstructionError: Float32Array;
  /** −ELBO, nats. */
  readonly negativeElbo: Float32Array;
  /** −log p(x), nats, estimated by importance sampling. It uses the same draws as the ELBO, so it is never above −ELBO. */
  readonly negativeLogLikelihood: Float32Array;
  /**
   * −log density of the code of x under the distribution of normal codes, nats. For a normal density, this is half the
   * squared Mahalanobis distance plus a constant.
   */
  readonly latentDistance: Float32Array;
}

/** The part of a model that the scores need. A `vae()` with any objective has it, and so does `probabilisticPca()`. */
export interface ScoredModel extends LatentModel {
  readonly dataShape: readonly number[];
  /** The support of the data; without it, all finite numbers are accepted. */
  readonly likelihood?: { readonly support: Support };
  encode(x: tf.Tensor): Pick<Distribution, "sample" | "logProb" | "mean">;
}

/** Scores examples batch by batch; created by `anomalyScorer()`. */
export interface AnomalyScorer {
  /**
   * @param x [examples, …data], with the same scaling and binarization as the training data
   * @throws ArgumentError for data outside the support of the model
   */
  score(x: tf.Tensor, options?: Pick<Bounds, "signal">): Promise<AnomalyScores>;
  /** Frees the compiled steps, which are compiled again when needed. The model does not change. */
  dispose(): void;
}

const schema = optionsSchema<AnomalyScoresOptions>({
  ...boundsRules,
  codes: accepts<{ logProb(z: tf.Tensor2D): tf.Tensor }>(
    (value) => typeof (value as { logProb?: unknown } | null)?.logProb === "function",
    "a distribution, or another object with logProb(z)",
  ).optional(),
});

/**
 * Computes the same scores as `anomalyScores()`, for data that arrive in parts: a stream of windows, or one image at a
 * time.
 *
 *     const scorer = anomalyScorer(model, { samples: 20 });
 *     for await (const window of windows) console.log(await scorer.score(window));
 *
 * @throws ArgumentError for a model that cannot be scored and for options out of range
 */
export function anomalyScorer(
  model: ScoredModel,
  options: AnomalyScoresOptions = {},
  where = "anomalyScorer()",
): AnomalyScorer {
  checkModel(where, model);
  checkOptions(where, schema, options);
  const { codes = model.prior, samples = 100, ...rest } = options;
  const support = model.likelihood?.support ?? supports.real;
  const at = where === "anomalyScorer()" ? "score()" : where;
  return {
    async score(x, { signal = rest.signal } = {}) {
      checkData(at, "x", x, model.dataShape, support);
      const stop = interruption(signal);
      const bounds = await estimateBounds(at, model, x, { ...rest, samples, signal: stop });
      const { errors, z } = reconstructAll(model, x);
      try {
        const scores: AnomalyScores = {
          reconstructionError: errors,
          negativeElbo: readValues(() => tf.neg(bounds.elbo)),
          negativeLogLikelihood: readValues(() => tf.neg(bounds.logLikelihood)),
          latentDistance: readValues(() => tf.neg(inBatches(z, (part) => codes.logProb(part as tf.Tensor2D)))),
        };
        return withDisplay(scores, show);
      } finally {
        tf.dispose([bounds.elbo, bounds.logLikelihood, z]);
      }
    },
    dispose: () => freeCompiled(partsOf(model)),
  };
}

function show(scores: AnomalyScores) {
  const units = { reconstructionError: "squared units of x" } as Record<string, string>;
  return tableBundle(
    `Anomaly scores of ${scores.negativeElbo.length} examples`,
    ["score", "unit", "smallest", "median", "largest"],
    Object.entries(scores).map(([name, values]: [string, Float32Array]) => {
      const sorted = values.toSorted();
      return [name, units[name] ?? "nats", sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    }),
  );
}

/** The number of examples in one step of the reconstruction. */
const mostExamples = 1024;

/** The squared errors of the reconstructions, [examples], and the codes, [examples, latentDim]. */
function reconstructAll(model: ScoredModel, x: tf.Tensor): { errors: Float32Array; z: tf.Tensor2D } {
  const step = compiledOnce(
    partsOf(model),
    "reconstruction",
    (part: tf.Tensor) => {
      const z = model.encode(part).mean() as tf.Tensor2D;
      const squares = tf.square(tf.sub(part, model.decode(z).mean()));
      return { z, error: tf.sum(squares.reshape([squares.shape[0] as number, -1]), 1) };
    },
    { name: "anomalyScores", xla: false },
  );
  const size = x.shape[0] as number;
  const errors = new Float32Array(size);
  const z = tf.tidy(() => {
    const codes: tf.Tensor2D[] = [];
    for (let first = 0; first < size; first += mostExamples) {
      const count = Math.min(mostExamples, size - first);
      const found = step(rowsOf(x, first, count, mostExamples));
      errors.set(found.error.slice(0, count).dataSync<"float32">(), first);
      codes.push(found.z.slice(0, count) as tf.Tensor2D);
    }
    return tf.concat(codes);
  });
  return { errors, z };
}

/** Rejects models without a q(z | x) and p(z) that depend on x only, and says what to use instead. */
function checkModel(where: string, model: ScoredModel): void {
  const given = model as Partial<ScoredModel> & { conditionShape?: unknown; logLikelihood?: unknown };
  const accepted = "a model of x alone with dataShape, prior, encode() and decode(), such as vae() makes";
  const scorable =
    Array.isArray(given?.dataShape) &&
    typeof given.encode === "function" &&
    typeof given.decode === "function" &&
    typeof given.prior?.logProb === "function";
  if (scorable && given.conditionShape === undefined) return;
  const name = (given as { spec?: { factory?: string } } | null)?.spec?.factory;
  const shown = name === undefined ? model : `a ${name}() model`;
  if (given?.conditionShape !== undefined) {
    const fix = "Its density is log p(x | c): use tf.neg(await model.logLikelihood(x, c)) as the score.";
    throw new ArgumentError(where, "model", shown, accepted, fix);
  }
  const fix =
    typeof given?.logLikelihood === "function"
      ? "This model estimates its own density: use tf.neg(await model.logLikelihood(x)) as the score."
      : undefined;
  throw new ArgumentError(where, "model", shown, accepted, fix);
}
