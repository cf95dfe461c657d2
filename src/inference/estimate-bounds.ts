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

/** Options of every estimate of log p(x) from draws. */
export interface Bounds {
  /** Draws of z per example; the estimate is a lower bound that tightens as they grow. At most 10,000,000; defaults to 1000. */
  samples?: number;
  /** Defaults to 0. */
  seed?: number;
  /** Whether XLA compiles the steps; defaults to true from 100,000 draws in all on, where the compilation pays. */
  xla?: boolean;
  /** Ends the work at once with the signal's reason, as an interrupt of the cell does. */
  signal?: AbortSignal;
}

/** What the estimator needs of a model. */
export interface LatentModel {
  readonly prior: Pick<Distribution, "logProb">;
  encode(x: tf.Tensor): Pick<Distribution, "sample" | "logProb">;
  decode(z: tf.Tensor): Distribution;
  /** Examples × draws of one step, where the decoder's outputs are large; defaults to 4000. */
  readonly rows?: number;
}

/** A conditional model: the model for conditions [batch, …]. */
export type ModelGiven = (conditions: tf.Tensor) => LatentModel;

/** Two lower bounds on log p(x) from the same draws, with weights wₖ = p(x, zₖ)/q(zₖ | x). */
export type Evidence = {
  /** log (1/K) Σₖ wₖ, [examples], nats. */
  logLikelihood: tf.Tensor1D;
  /** (1/K) Σₖ log wₖ, [examples], nats: never above the other one, by Jensen's inequality. */
  elbo: tf.Tensor1D;
};

/** Examples × draws of one step: enough to fill the processor, few enough to stay near its caches. */
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
 * log p(x) by importance sampling with q(z | x) as the proposal: log (1/K) Σₖ p(x, zₖ)/q(zₖ | x), in log-sum-exp form
 * (Burda et al. 2016, equation 8; Rezende et al. 2014, appendix E), and the ELBO of the same draws. Memory does not grow with
 * the number of draws.
 *
 * The draws of an example depend on its values and the seed alone: its estimates are the same, up to float32 rounding, in any
 * batch. The step is compiled once per model and kept for the next call.
 *
 * @param where the function that people called, for errors
 * @param model the model, or, for a conditional one, the function that gives it for conditions [batch, …]. Its `decode` then
 *   receives the draws of all examples, one after the other, and so has to repeat the conditions
 * @param x [examples, …data]
 * @param conditions [examples, …], passed to that function part by part with x
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

/** What the compiled step depends on. */
export const partsOf = (model: LatentModel | ModelGiven): readonly object[] =>
  typeof model === "function" ? [model] : [model.encode, model.decode, model.prior];

/** Two bounds from the draws number `chunk · draws` and the following, [batch] each. */
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
 * The examples from `first` on, with the last one repeated up to the next power of two but no more than `most`: so few sizes
 * need few compilations.
 */
export function rowsOf<T extends tf.Tensor>(whole: T, first: number, count: number, most: number): T {
  const padded = Math.min(most, 2 ** Math.ceil(Math.log2(count)));
  if (padded === count) return tf.slice(whole, first, count) as T;
  const indices = Int32Array.from({ length: padded }, (_, i) => first + Math.min(i, count - 1));
  return tf.tidy(() => tf.gather(whole, tf.tensor1d(indices, "int32")) as T);
}

/** The bounds that `draws` draws give, each [batch]. */
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

/** log(eᵃ + eᵇ) of the one, a + b of the other; the terms are disposed of. */
function add(total: Evidence | undefined, next: Evidence): Evidence {
  if (total === undefined) return next;
  const sum = tf.tidy(() => ({
    logLikelihood: logSumExp(tf.stack([total.logLikelihood, next.logLikelihood]), 0) as tf.Tensor1D,
    elbo: tf.add(total.elbo, next.elbo) as tf.Tensor1D,
  }));
  tf.dispose([total, next]);
  return sum;
}

/** The mean of sums over `steps` steps, of the first `count` examples. */
const mean = ({ logLikelihood, elbo }: Evidence, steps: number, count: number): Evidence =>
  tf.tidy(() => ({
    logLikelihood: tf.sub(logLikelihood.slice(0, count), Math.log(steps)) as tf.Tensor1D,
    elbo: tf.div(elbo.slice(0, count), steps) as tf.Tensor1D,
  }));

function largestDivisor(of: number, most: number): number {
  for (let divisor = Math.min(of, most); divisor > 1; divisor--) if (of % divisor === 0) return divisor;
  return 1;
}
