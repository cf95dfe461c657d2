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

/** What `rateDecomposition()` needs of a model. */
export interface NormalEncodingModel {
  readonly prior: Distribution;
  encode(x: tf.Tensor): Normal;
}

/** Options of `rateDecomposition()`. */
export interface RateDecompositionOptions {
  /** Draws of z over which the expectations are taken, spread evenly over the examples; defaults to 1000. */
  samples?: number;
  /** Defaults to 0. */
  seed?: number;
}

/** The parts of a rate, in nats. */
export interface RateParts {
  /** I(x; z), of x uniform over the examples: at most the logarithm of their number. */
  indexCodeMutualInformation: number;
  /** KL(q(z) ‖ Πⱼ q(zⱼ)): how far the latent dimensions are from independent. */
  totalCorrelation: number;
  /** KL(Πⱼ q(zⱼ) ‖ p(z)): for a prior of independent dimensions, the sum of their divergences. */
  dimensionWiseKl: number;
}

/** What `rateDecomposition()` finds. */
export interface RateDecomposition extends RateParts {
  /** The mean of KL(q(z | x) ‖ p(z)) over all examples, in closed form; the sum of the parts, but for their noise. */
  rate: number;
  /** Of the three parts, from the draws. */
  standardErrors: RateParts;
}

const schema = optionsSchema<RateDecompositionOptions>({
  samples: wholeNumber(2).optional(),
  seed: seedRule.optional(),
});

/** How many examples are encoded or compared with draws at a time, and with how many draws: together they bound the memory. */
const examplesPerBlock = 1000;
const drawsPerBlock = 100;

/**
 * The mean rate of examples in three parts (Chen et al. 2018, equation 2; Hoffman & Johnson 2016): mutual information of code
 * and index, total correlation, dimension-wise KL. The aggregated posterior q(z) = (1/N) Σₙ q(z | xₙ) is that of the N given
 * examples, and its densities are exact, with all N in each of them; only the expectations over z ~ q(z) are taken over draws.
 *
 * @param x [examples, …data], all that the aggregated posterior is made of; time grows with examples × samples × latent
 * @throws ArgumentError without examples, and for a number of samples below 2
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

/** q(z | x) of all examples, whole and in blocks, and the mean rate. */
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

/** `count` indices below `size`, in which all occur equally often or once more than others. */
function spread(stream: Rng, size: number, count: number): tf.Tensor1D {
  const rounds = Math.ceil(count / size);
  return tf.concat(Array.from({ length: rounds }, () => stream.permutation(size))).slice(0, count) as tf.Tensor1D;
}

/** log q(z) and Σⱼ log q(zⱼ) for z [draws, latentDim], [draws] each. */
function aggregate(blocks: readonly Normal[], z: tf.Tensor2D, size: number) {
  // log Σₙ of all examples from the log Σₙ of each block.
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
