import type { Distribution } from "../distributions/distribution";
import { broadcastToBatch } from "../objectives/broadcast-to-batch";
import { minimize } from "../objectives/loss";
import { type MaximumMeanDiscrepancyOptions, maximumMeanDiscrepancy } from "../objectives/maximum-mean-discrepancy";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { weightedSum } from "../objectives/weighted-sum";
import { gaussianPrior } from "../priors/gaussian-prior";
import { type LatentPrior, latentSampler } from "../priors/latent-prior";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts, checkedElsewhere, nonNegative } from "../runtime/rules";
import type { tf } from "../runtime/tensorflow";
import type { Autoencoder } from "./autoencoder";
import { type EncoderDecoderOptions, encoderDecoder, type Sampler } from "./core/encoder-decoder";
import { encoderDecoderRules } from "./core/encoder-decoder-rules";

/** Options of `waeMmd()`. */
export interface WaeMmdOptions extends EncoderDecoderOptions {
  /** The distribution that the codes should follow; defaults to `gaussianPrior({ latentDim })`. */
  prior?: LatentPrior | Distribution;
  /** The weight λ of the discrepancy, in nats per unit, at least 0; defaults to 100. */
  lambda?: number;
  /** The options of the discrepancy: its kernel, scales and estimator. */
  discrepancy?: MaximumMeanDiscrepancyOptions;
}

/** A Wasserstein autoencoder with the MMD, created by `waeMmd()`. */
export interface WaeMmd extends Omit<Autoencoder, "phases">, Sampler {
  readonly prior: LatentPrior;
  /** For `fit`: one phase; `discrepancy` is the squared MMD between the codes of a batch and draws of the prior. */
  readonly phases: readonly [Phase<"wasserstein", "distortion" | "discrepancy">];
}

const schema = optionsSchema<WaeMmdOptions>({
  ...encoderDecoderRules,
  // latentSampler() checks it.
  prior: checkedElsewhere.optional(),
  lambda: nonNegative.optional(),
  discrepancy: accepts<MaximumMeanDiscrepancyOptions>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "an object with options of maximumMeanDiscrepancy(): { kernel, scales, estimator }",
  ).optional(),
});

/**
 * A Wasserstein autoencoder (Tolstikhin et al. 2018, algorithm 2) with a deterministic encoder: minimizes the mean
 * distortion plus λ times the squared maximum mean discrepancy between codes and prior. Here, the reconstruction cost is
 * −log p(x | z). For a Gaussian with fixed σ, this is the paper's squared error divided by 2σ², plus a constant. At λ = 0
 * it is `autoencoder()`. The discrepancy needs batches of at least two examples; `fit` adds a last batch of one example to
 * the batch before it.
 *
 * @throws ArgumentError for shapes that do not match, a prior over codes of another size, options out of range, and
 *   unknown options
 */
export function waeMmd(options: WaeMmdOptions): WaeMmd {
  const where = "waeMmd()";
  checkOptions(where, schema, options);
  const { lambda = 100 } = options;
  const networks = encoderDecoder(where, options, { codes: options.latentDim });
  const { latentDim, encode, decode } = networks;
  const prior = latentSampler(where, options.prior ?? gaussianPrior({ latentDim }), latentDim);
  return {
    ...networks.model("waeMmd", { ...options, prior }),
    prior,
    phases: [
      {
        name: "wasserstein",
        variables: networks.trainable,
        inputs: ["x"],
        schedules: {},
        minimumBatch: 2,
        loss({ x }, { rng: stream, training }) {
          const context = { training, rng: stream };
          const codes = encode(x as tf.Tensor, context);
          const distortion = networks.distortion(x as tf.Tensor, decode(codes, context), training);
          const draws = prior.sample(stream.fold(0), codes.shape[0]);
          const squaredMmd = maximumMeanDiscrepancy(codes, draws, options.discrepancy);
          const discrepancy = broadcastToBatch(squaredMmd, distortion);
          const cost = weightedSum([
            [1, distortion],
            [lambda, discrepancy],
          ]);
          return { loss: minimize(meanOverBatch(cost)), terms: { distortion, discrepancy } };
        },
      },
    ],
    encode,
    decode,
    ...networks.latentMethods(encode),
    sample: networks.sampler((draws, n) => prior.sample(draws, n)),
  };
}
