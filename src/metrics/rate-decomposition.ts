import { deviation, mean } from "d3-array";
import type { Distribution } from "../distributions/distribution";
import { kl } from "../distributions/kl";
import { logSumExp } from "../distributions/log-sum-exp";
import { type Normal, normal } from "../distributions/normal";
import { fullTensor } from "../distributions/parameters";
import { pairwiseLogDensities } from "../objectives/pairwise-log-densities";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { type Rng, rng } from "../runtime/rng";
import { seedNumber as seedRule, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** The part of a model that `rateDecomposition()` needs. */
export interface NormalEncodingModel {
  readonly prior: Distribution;
  encode(x: tf.Tensor): Normal;
}

/** Options of `rateDecomposition()`. */
export interface RateDecompositionOptions {
  /** The number of draws of z for the expectations, spread evenly over the examples; defaults to 1000. */
  samples?: number;
  /** Defaults to 0. */
  seed?: number;
}

/** The parts of a rate, in nats. */
export interface RateParts {
  /** I(x; z) for x uniform over the examples: at most the logarithm of their number. */
  indexCodeMutualInformation: number;
  /** KL(q(z) ‖ Πⱼ q(zⱼ)): how far the latent dimensions are from independent. */
  totalCorrelation: number;
  /** KL(Πⱼ q(zⱼ) ‖ p(z)): for a prior with independent dimensions, the sum of their divergences. */
  dimensionWiseKl: number;
}

/** The result of `rateDecomposition()`, in nats. */
export interface RateDecomposition extends RateParts {
  /**
   * The mean of KL(q(z | x) ‖ p(z)) over all examples, in closed form; equal to the sum of the parts, up to Monte Carlo
   * noise.
   */
  rate: number;
  /** The standard errors of the three parts, from the draws. */
  standardErrors: RateParts;
}

const schema = optionsSchema<RateDecompositionOptions>({
  samples: wholeNumber(2).optional(),
  seed: seedRule.optional(),
});

/** How many examples are encoded or compared with draws at a time, and with how many draws. Together they limit the memory. */
const examplesPerBlock = 1000;
const drawsPerBlock = 100;

/**
 * Splits the mean rate of examples into three parts (Chen et al. 2018, equation 2; Hoffman & Johnson 2016): mutual information
 * between code and example index, total correlation, and dimension-wise KL divergence. The aggregated posterior q(z) = (1/N)
 * Σₙ q(z | xₙ) is over the N given examples, and its density is exact: it sums over all N. Only the expectations over z ~ q(z)
 * use draws.
 *
 * @param x [examples, …data], all examples of the aggregated posterior; the time is proportional to examples × samples ×
 *   latentDim
 * @throws ArgumentError if there are no examples, and for fewer than 2 samples
 */
export function rateDecomposition(
  model: NormalEncodingModel,
  x: tf.Tensor,
  options: RateDecompositionOptions = {},
): RateDecomposition {
  const where = "rateDecomposition()";
  checkOptions(where, schema, options);
  const { samples = 1000, seed = 0 } = options;
  const size = x instanceof tf.Tensor && !x.isDisposed && x.rank > 0 ? (x.shape[0] as number) : 0;
  if (!(size > 0)) throw new ArgumentError(where, "x", x, "a tensor with at least one example");
  return tf.tidy(() => {
    const { blocks, means, logVars, rate } = encodeAll(model, x, size);
    const [choice, noise] = rng(seed).split(2) as [Rng, Rng];
    const sources = spread(choice, size, samples);
    const values: [number[], number[], number[]] = [[], [], []];
    for (let first = 0; first < samples; first += drawsPerBlock) {
      const indices = sources.slice(first, Math.min(drawsPerBlock, samples - first));
      const parts = tf.tidy(() => {
        const own = normal({ mean: tf.gather(means, indices), logVar: tf.gather(logVars, indices) });
        const z = own.sample(noise) as tf.Tensor2D;
        const { logAggregate, logMarginals } = aggregate(blocks, z, size);
        return [
          tf.sub(own.logProb(z), logAggregate),
          tf.sub(logAggregate, logMarginals),
          tf.sub(logMarginals, model.prior.logProb(z)),
        ].map((part) => part.dataSync());
      });
      for (const [i, part] of parts.entries()) values[i]?.push(...part);
    }
    const [information, correlation, divergence] = values.map(meanAndError) as [Estimate, Estimate, Estimate];
    return {
      rate,
      indexCodeMutualInformation: information.mean,
      totalCorrelation: correlation.mean,
      dimensionWiseKl: divergence.mean,
      standardErrors: {
        indexCodeMutualInformation: information.error,
        totalCorrelation: correlation.error,
        dimensionWiseKl: divergence.error,
      },
    };
  });
}

/** q(z | x) of all examples, as a whole and in blocks, and the mean rate. */
function encodeAll(model: NormalEncodingModel, x: tf.Tensor, size: number) {
  const blocks: Normal[] = [];
  let rates = 0;
  for (let first = 0; first < size; first += examplesPerBlock) {
    const [mean, logVar, sum] = tf.tidy(() => {
      const posterior = model.encode(tf.slice(x, first, Math.min(examplesPerBlock, size - first)));
      const shape = [posterior.batch, ...posterior.eventShape];
      const { parameters } = posterior;
      return [
        fullTensor(parameters.mean, shape),
        fullTensor(parameters.logVar, shape),
        tf.sum(kl(posterior, model.prior)),
      ];
    }) as [tf.Tensor, tf.Tensor, tf.Tensor];
    blocks.push(normal({ mean, logVar }));
    rates += sum.dataSync()[0] as number;
  }
  const all = (name: "mean" | "logVar") => tf.concat(blocks.map(({ parameters }) => parameters[name] as tf.Tensor));
  return { blocks, means: all("mean"), logVars: all("logVar"), rate: rates / size };
}

/** `count` indices below `size`, such that the counts of any two indices differ by at most one. */
function spread(stream: Rng, size: number, count: number): tf.Tensor1D {
  const rounds = Math.ceil(count / size);
  return tf.concat(Array.from({ length: rounds }, () => stream.permutation(size))).slice(0, count) as tf.Tensor1D;
}

/** log q(z) and Σⱼ log q(zⱼ) for z [draws, latentDim], [draws] each. */
function aggregate(blocks: readonly Normal[], z: tf.Tensor2D, size: number) {
  // Combines the log Σₙ of each block into the log Σₙ of all examples.
  const sums = blocks.map((block) =>
    tf.tidy(() => {
      const pairs = pairwiseLogDensities(block, z);
      return [logSumExp(tf.sum(pairs, 2), 1), logSumExp(pairs, 1)] as [tf.Tensor, tf.Tensor];
    }),
  );
  const overAll = (parts: tf.Tensor[]) => tf.sub(logSumExp(tf.stack(parts), 0), Math.log(size));
  return {
    logAggregate: overAll(sums.map(([joint]) => joint)),
    logMarginals: tf.sum(overAll(sums.map(([, each]) => each)), 1),
  };
}

interface Estimate {
  mean: number;
  error: number;
}

function meanAndError(values: readonly number[]): Estimate {
  return { mean: mean(values) as number, error: (deviation(values) as number) / Math.sqrt(values.length) };
}
