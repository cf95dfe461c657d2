import { interruption, yieldToEventLoop } from "../display/interruption";
import type { Distribution } from "../distributions/distribution";
import { logSumExp } from "../distributions/log-sum-exp";
import { importanceWeightedBound } from "../objectives/importance-weighted-bound";
import { logWeights } from "../objectives/log-weights";
import { checkOptions, type OptionRules, optionsSchema } from "../runtime/check-options";
import { type Rng, rng } from "../runtime/rng";
import { accepts, flag, instance, seedNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { compiledOnce } from "./compiled-once";
import { exampleKeys, exampleStream } from "./example-stream";

/** Options of all sampling estimates of log p(x). */
export interface Bounds {
  /**
   * The number of draws of z per example. The estimate is a lower bound that becomes tighter with more draws. At most
   * 10,000,000; defaults to 1000.
   */
  samples?: number;
  /** Defaults to 0. */
  seed?: number;
  /** Whether XLA compiles the steps; defaults to true for 100,000 draws or more in total, where compilation is worthwhile. */
  xla?: boolean;
  /** Stops the computation and rejects with the signal's reason, like an interrupt of the cell. */
  signal?: AbortSignal;
}

/** The part of a model that the estimator needs. */
export interface LatentModel {
  readonly prior: Pick<Distribution, "logProb">;
  encode(x: tf.Tensor): Pick<Distribution, "sample" | "logProb">;
  decode(z: tf.Tensor): Distribution;
  /** The number of examples × draws in one step; set it for a decoder with large outputs. Defaults to 4000. */
  readonly rows?: number;
}

/** A conditional model: returns the model given conditions [batch, …]. */
export type ModelGiven = (conditions: tf.Tensor) => LatentModel;

/** Two lower bounds on log p(x) from the same draws, with weights wₖ = p(x, zₖ)/q(zₖ | x). */
export type Evidence = {
  /** log (1/K) Σₖ wₖ, [examples], nats. */
  logLikelihood: tf.Tensor1D;
  /** (1/K) Σₖ log wₖ, [examples], nats. It is never above `logLikelihood`, by Jensen's inequality. */
  elbo: tf.Tensor1D;
};

/** The number of examples × draws in one step: enough to keep the processor busy, and few enough for its caches. */
const rowsPerStep = 4000;
const mostDrawsPerStep = 50;
/** Upper limit that catches typos. */
const mostSamples = 10_000_000;

/** The rules of `Bounds`, for functions with more options. */
export const boundsRules: OptionRules<Bounds> = {
  samples: accepts<number>(
    (value) => Number.isInteger(value) && (value as number) > 0 && (value as number) <= mostSamples,
    `a whole number from 1 to ${mostSamples}`,
  ).optional(),
  seed: seedNumber.optional(),
  xla: flag.optional(),
  signal: instance(AbortSignal, "an AbortSignal").optional(),
};
const schema = optionsSchema<Bounds>(boundsRules);

/**
 * log p(x) by importance sampling with q(z | x) as the proposal: log (1/K) Σₖ p(x, zₖ)/q(zₖ | x), in log-sum-exp form (Burda
 * et al. 2016, equation 8; Rezende et al. 2014, appendix E), and the ELBO from the same draws. Memory use does not depend on
 * the number of draws.
 *
 * The draws of an example depend only on its values and the seed, so its estimates are the same in any batch, up to float32
 * rounding. The step is compiled once per model and kept for the next call.
 *
 * @param where the function that the user called, for errors
 * @param model the model; for a conditional model, a function that returns the model given conditions [batch, …]. Its
 *   `decode` receives the whole batch repeated once per draw, and must repeat the conditions in the same way
 * @param x [examples, …data]
 * @param conditions [examples, …], passed to that function in parts, together with x
 * @throws ArgumentError for unknown options and values out of range
 */
export async function estimateBounds(
  where: string,
  model: LatentModel | ModelGiven,
  x: tf.Tensor,
  options: Bounds = {},
  conditions?: tf.Tensor,
): Promise<Evidence> {
  checkOptions(where, schema, options);
  const { samples = 1000, seed = 0, xla = (x.shape[0] ?? 0) * samples >= 100_000 } = options;
  const signal = interruption(options.signal);
  const size = x.shape[0] as number;
  const rows = (typeof model === "function" ? undefined : model.rows) ?? rowsPerStep;
  const draws = largestDivisor(samples, Math.min(rows, mostDrawsPerStep));
  const batch = Math.min(size, Math.ceil(rows / draws));
  const step = boundsStep(model, draws, xla);
  const kept: tf.Tensor[] = [];
  const results: Evidence[] = [];
  try {
    const key = tf.tidy(() => rng(seed).key);
    kept.push(key, exampleKeys(x));
    const wholes = [x, kept[1] as tf.Tensor, ...(conditions ? [conditions] : [])];
    for (let first = 0; first < size; first += batch) {
      const count = Math.min(batch, size - first);
      const parts = wholes.map((whole) => rowsOf(whole, first, count, batch)) as [tf.Tensor, tf.Tensor2D, tf.Tensor?];
      let total: Evidence | undefined;
      try {
        for (let chunk = 0; chunk < samples / draws; chunk++) {
          signal.throwIfAborted();
          total = add(
            total,
            tf.tidy(() => step(key, tf.scalar(chunk, "int32"), ...parts)),
          );
          await yieldToEventLoop();
        }
        results.push(mean(total as Evidence, samples / draws, count));
      } finally {
        tf.dispose([...parts, total] as tf.TensorContainer[]);
      }
    }
    return {
      logLikelihood: tf.concat(results.map(({ logLikelihood }) => logLikelihood)),
      elbo: tf.concat(results.map(({ elbo }) => elbo)),
    };
  } finally {
    tf.dispose([...kept, ...results] as tf.TensorContainer[]);
  }
}

/** The objects that the compiled step depends on. */
export const partsOf = (model: LatentModel | ModelGiven): readonly object[] =>
  typeof model === "function" ? [model] : [model.encode, model.decode, model.prior];

/** Two bounds, each [batch], from one chunk of draws, which starts at draw number `chunk · draws`. */
function boundsStep(model: LatentModel | ModelGiven, draws: number, xla: boolean) {
  return compiledOnce(
    partsOf(model),
    `bounds draws=${draws}`,
    (key: tf.Tensor1D, chunk: tf.Scalar, part: tf.Tensor, keys: tf.Tensor2D, given?: tf.Tensor) => {
      const latentModel = typeof model === "function" ? model(given as tf.Tensor) : model;
      return weigh(latentModel, part, draws, exampleStream(rng(key).fold(chunk), keys, draws));
    },
    { name: "logLikelihood", xla },
  );
}

/**
 * The examples from `first` on, padded with copies of the last one to the next power of two, but at most `most`. Few
 * different sizes need few compilations.
 */
export function rowsOf<T extends tf.Tensor>(whole: T, first: number, count: number, most: number): T {
  const padded = Math.min(most, 2 ** Math.ceil(Math.log2(count)));
  if (padded === count) return tf.slice(whole, first, count) as T;
  const indices = Int32Array.from({ length: padded }, (_, i) => first + Math.min(i, count - 1));
  return tf.tidy(() => tf.gather(whole, tf.tensor1d(indices, "int32")) as T);
}

/** The two bounds from `draws` draws, each [batch]. */
function weigh(model: LatentModel, x: tf.Tensor, draws: number, stream: Rng): Evidence {
  return tf.tidy(() => {
    const posterior = model.encode(x);
    const z = posterior.sample(stream, draws);
    const [, batch = 1, latentDim = 1] = z.shape;
    const decoded = model.decode(z.reshape([draws * batch, latentDim]));
    const repeated = tf.tile(x, [draws, ...x.shape.slice(1).map(() => 1)]);
    const likelihood = decoded.logProb(repeated).reshape([draws, batch]);
    const weights = logWeights({ likelihood, prior: model.prior.logProb(z), posterior: posterior.logProb(z) });
    return { logLikelihood: importanceWeightedBound(weights), elbo: tf.mean(weights, 0) as tf.Tensor1D };
  });
}

/** log(eᵃ + eᵇ) for `logLikelihood`, a + b for `elbo`. Disposes of the terms. */
function add(total: Evidence | undefined, next: Evidence): Evidence {
  if (total === undefined) return next;
  const sum = tf.tidy(() => ({
    logLikelihood: logSumExp(tf.stack([total.logLikelihood, next.logLikelihood]), 0) as tf.Tensor1D,
    elbo: tf.add(total.elbo, next.elbo) as tf.Tensor1D,
  }));
  tf.dispose([total, next]);
  return sum;
}

/** The means from sums over `steps` steps, for the first `count` examples. */
const mean = ({ logLikelihood, elbo }: Evidence, steps: number, count: number): Evidence =>
  tf.tidy(() => ({
    logLikelihood: tf.sub(logLikelihood.slice(0, count), Math.log(steps)) as tf.Tensor1D,
    elbo: tf.div(elbo.slice(0, count), steps) as tf.Tensor1D,
  }));

function largestDivisor(of: number, most: number): number {
  for (let divisor = Math.min(of, most); divisor > 1; divisor--) if (of % divisor === 0) return divisor;
  return 1;
}
