import type { Distribution } from "../distributions/distribution";
import { logSumExp } from "../distributions/log-sum-exp";
import { jit } from "../jit/jit";
import { importanceWeightedBound } from "../objectives/importance-weighted-bound";
import { logWeights } from "../objectives/log-weights";
import { ArgumentError } from "../runtime/argument-error";
import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/** Options of `logLikelihood()`. */
export interface LogLikelihoodOptions {
  /** Draws of z per example; the estimate is a lower bound that tightens as they grow. Defaults to 1000. */
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

/** Examples × draws of one step: enough to fill the processor, little enough to stay near its caches. */
const rowsPerStep = 4000;
const mostDrawsPerStep = 50;

/**
 * log p(x) by importance sampling with q(z | x) as the proposal: log (1/K) Σₖ p(x, zₖ)/q(zₖ | x), in log-sum-exp form
 * (Burda et al. 2016, equation 8; Rezende et al. 2014, appendix E). Memory does not grow with the number of draws.
 *
 * @param model the model, or, of a conditional one, the function that gives it for conditions [batch, …]; its `decode` is then
 *   given the draws of all examples, one after the other, and so has to repeat the conditions
 * @param x [examples, …data]
 * @param conditions [examples, …], handed to that function part by part with x
 * @returns [examples], nats
 */
export async function logLikelihood(
  model: LatentModel | ((conditions: tf.Tensor) => LatentModel),
  x: tf.Tensor,
  options: LogLikelihoodOptions = {},
  conditions?: tf.Tensor,
): Promise<tf.Tensor1D> {
  const { samples = 1000, seed = 0, xla = (x.shape[0] ?? 0) * samples >= 100_000, signal } = options;
  if (!(Number.isInteger(samples) && samples > 0)) {
    throw new ArgumentError("logLikelihood()", "samples", samples, "a whole number of at least 1");
  }
  const size = x.shape[0] as number;
  const rows = (typeof model === "function" ? undefined : model.rows) ?? rowsPerStep;
  const draws = largestDivisor(samples, Math.min(rows, mostDrawsPerStep));
  const batch = Math.min(size, Math.ceil(rows / draws));
  const key = tf.tidy(() => rng(seed).key);
  const step = jit(
    (index: tf.Scalar, part: tf.Tensor, given?: tf.Tensor) => {
      const latent = typeof model === "function" ? model(given as tf.Tensor) : model;
      return logMeanWeight(latent, part, draws, rng(key).fold(index));
    },
    { name: "logLikelihood", xla },
  );
  const results: tf.Tensor1D[] = [];
  try {
    for (let first = 0, index = 0; first < size; first += batch) {
      const parts = [x, ...(conditions ? [conditions] : [])].map((whole) =>
        tf.slice(whole, first, Math.min(batch, size - first)),
      ) as [tf.Tensor, tf.Tensor?];
      let total: tf.Tensor1D | undefined;
      try {
        for (let done = 0; done < samples; done += draws, index++) {
          signal?.throwIfAborted();
          total = add(
            total,
            tf.tidy(() => step(tf.scalar(index, "int32"), ...parts)),
          );
          await new Promise((resolve) => setImmediate(resolve));
        }
        results.push(tf.tidy(() => tf.sub(total as tf.Tensor1D, Math.log(samples / draws))));
      } finally {
        tf.dispose([...parts, ...(total ? [total] : [])] as tf.Tensor[]);
      }
    }
    return tf.concat(results) as tf.Tensor1D;
  } finally {
    step.dispose();
    tf.dispose([key, ...results]);
  }
}

/** log of the mean weight of `draws` draws: [batch]. */
function logMeanWeight(model: LatentModel, x: tf.Tensor, draws: number, stream: ReturnType<typeof rng>): tf.Tensor1D {
  return tf.tidy(() => {
    const posterior = model.encode(x);
    const z = posterior.sample(stream, draws);
    const [, batch = 1, latent = 1] = z.shape;
    const decoded = model.decode(z.reshape([draws * batch, latent]));
    const repeated = tf.tile(x, [draws, ...x.shape.slice(1).map(() => 1)]);
    const likelihood = decoded.logProb(repeated).reshape([draws, batch]);
    return importanceWeightedBound(
      logWeights({ likelihood, prior: model.prior.logProb(z), posterior: posterior.logProb(z) }),
    );
  });
}

/** log(eᵃ + eᵇ); the terms are disposed of. */
function add(total: tf.Tensor1D | undefined, next: tf.Tensor1D): tf.Tensor1D {
  if (total === undefined) return next;
  const sum = tf.tidy(() => logSumExp(tf.stack([total, next]), 0)) as tf.Tensor1D;
  tf.dispose([total, next]);
  return sum;
}

function largestDivisor(of: number, most: number): number {
  for (let divisor = Math.min(of, most); divisor > 1; divisor--) if (of % divisor === 0) return divisor;
  return 1;
}
