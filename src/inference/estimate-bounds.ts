import type { Distribution } from "../distributions/distribution";
import { logSumExp } from "../distributions/log-sum-exp";
import { jit } from "../jit/jit";
import { importanceWeightedBound } from "../objectives/importance-weighted-bound";
import { logWeights } from "../objectives/log-weights";
import { ArgumentError } from "../runtime/argument-error";
import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/** Options of every estimate of log p(x) from draws. */
export interface Bounds {
  /** Draws of z per example; the estimate is a lower bound that tightens as they grow. At most 10,000,000; defaults to 1000. */
  samples?: number;
  /** Defaults to 0. */
  seed?: number;
  /** Whether XLA compiles the steps; defaults to true from 100,000 draws in all on, where the compilation pays. */
  xla?: boolean;
  /** Ends the work at once with the signal's reason. */
  signal?: AbortSignal;
}

/** What the estimator asks of a model. */
export interface LatentModel {
  readonly prior: Pick<Distribution, "logProb">;
  encode(x: tf.Tensor): Pick<Distribution, "sample" | "logProb">;
  decode(z: tf.Tensor): Distribution;
  /** Examples × draws of one step, where the decoder's outputs are large; defaults to 4000. */
  readonly rows?: number;
}

/** Two lower bounds on log p(x) from the same draws, with weights wₖ = p(x, zₖ)/q(zₖ | x). */
export type Evidence = {
  /** log (1/K) Σₖ wₖ, [examples], nats. */
  logLikelihood: tf.Tensor1D;
  /** (1/K) Σₖ log wₖ, [examples], nats: never above the other one, by Jensen's inequality. */
  elbo: tf.Tensor1D;
};

/** Examples × draws of one step: enough to fill the processor, little enough to stay near its caches. */
const rowsPerStep = 4000;
const mostDrawsPerStep = 50;
/** Hours of work, where a slip of the pen would ask for years. */
const mostSamples = 10_000_000;

/**
 * log p(x) by importance sampling with q(z | x) as the proposal: log (1/K) Σₖ p(x, zₖ)/q(zₖ | x), in log-sum-exp form
 * (Burda et al. 2016, equation 8; Rezende et al. 2014, appendix E), and the ELBO of the same draws. Memory does not grow with
 * their number.
 *
 * @param where the function that people called, for errors
 * @param model the model, or, of a conditional one, the function that gives it for conditions [batch, …]; its `decode` is then
 *   given the draws of all examples, one after the other, and so has to repeat the conditions
 * @param x [examples, …data]
 * @param conditions [examples, …], handed to that function part by part with x
 */
export async function estimateBounds(
  where: string,
  model: LatentModel | ((conditions: tf.Tensor) => LatentModel),
  x: tf.Tensor,
  options: Bounds = {},
  conditions?: tf.Tensor,
): Promise<Evidence> {
  const { samples = 1000, seed = 0, xla = (x.shape[0] ?? 0) * samples >= 100_000, signal } = options;
  if (!(Number.isInteger(samples) && samples > 0 && samples <= mostSamples)) {
    throw new ArgumentError(where, "samples", samples, `a whole number from 1 to ${mostSamples}`);
  }
  const size = x.shape[0] as number;
  const rows = (typeof model === "function" ? undefined : model.rows) ?? rowsPerStep;
  const draws = largestDivisor(samples, Math.min(rows, mostDrawsPerStep));
  const batch = Math.min(size, Math.ceil(rows / draws));
  const key = tf.tidy(() => rng(seed).key);
  const step = jit(
    (index: tf.Scalar, part: tf.Tensor, given?: tf.Tensor) => {
      const latentDim = typeof model === "function" ? model(given as tf.Tensor) : model;
      return weigh(latentDim, part, draws, rng(key).fold(index));
    },
    { name: "logLikelihood", xla },
  );
  const results: Evidence[] = [];
  try {
    for (let first = 0, index = 0; first < size; first += batch) {
      const parts = [x, ...(conditions ? [conditions] : [])].map((whole) =>
        tf.slice(whole, first, Math.min(batch, size - first)),
      ) as [tf.Tensor, tf.Tensor?];
      let total: Evidence | undefined;
      try {
        for (let done = 0; done < samples; done += draws, index++) {
          signal?.throwIfAborted();
          total = add(
            total,
            tf.tidy(() => step(tf.scalar(index, "int32"), ...parts)),
          );
          await new Promise((resolve) => setImmediate(resolve));
        }
        results.push(mean(total as Evidence, samples / draws));
      } finally {
        tf.dispose([...parts, total] as tf.TensorContainer[]);
      }
    }
    return {
      logLikelihood: tf.concat(results.map(({ logLikelihood }) => logLikelihood)),
      elbo: tf.concat(results.map(({ elbo }) => elbo)),
    };
  } finally {
    step.dispose();
    tf.dispose([key, ...results] as tf.TensorContainer[]);
  }
}

/** What `draws` draws say, each [batch]. */
function weigh(model: LatentModel, x: tf.Tensor, draws: number, stream: ReturnType<typeof rng>): Evidence {
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

/** The mean of sums over `count` steps. */
const mean = ({ logLikelihood, elbo }: Evidence, count: number): Evidence =>
  tf.tidy(() => ({
    logLikelihood: tf.sub(logLikelihood, Math.log(count)) as tf.Tensor1D,
    elbo: tf.div(elbo, count) as tf.Tensor1D,
  }));

function largestDivisor(of: number, most: number): number {
  for (let divisor = Math.min(of, most); divisor > 1; divisor--) if (of % divisor === 0) return divisor;
  return 1;
}
