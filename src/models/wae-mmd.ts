import { broadcastToBatch } from "../objectives/broadcast-to-batch";
import { minimize } from "../objectives/loss";
import { type MaximumMeanDiscrepancyOptions, maximumMeanDiscrepancy } from "../objectives/maximum-mean-discrepancy";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { weightedSum } from "../objectives/weighted-sum";
import { gaussianPrior } from "../priors/gaussian-prior";
import { checkPrior, type LatentPrior } from "../priors/latent-prior";
import { ArgumentError } from "../runtime/argument-error";
import { rng } from "../runtime/rng";
import type { tf } from "../runtime/tensorflow";
import type { Autoencoder } from "./autoencoder";
import { type EncoderDecoderOptions, encoderDecoder, type Sampler } from "./core/encoder-decoder";

/** Options of `waeMmd()`. */
export interface WaeMmdOptions extends EncoderDecoderOptions {
  /** What the codes are to be distributed like; defaults to `gaussianPrior({ latent })`. */
  prior?: LatentPrior;
  /** The weight λ of the discrepancy, in nats per unit of it, of at least 0; defaults to 100. */
  lambda?: number;
  /** The kernel of the discrepancy. */
  discrepancy?: MaximumMeanDiscrepancyOptions;
}

/** A Wasserstein autoencoder with the MMD; made by `waeMmd()`. */
export interface WaeMmd extends Omit<Autoencoder, "phases">, Sampler {
  readonly prior: LatentPrior;
  /** What `fit` needs: one phase; `discrepancy` is the squared MMD between the codes of a batch and draws of the prior. */
  readonly phases: readonly [Phase<"wasserstein", "distortion" | "discrepancy">];
}

/**
 * A Wasserstein autoencoder (Tolstikhin et al. 2018, algorithm 2) with an encoder without noise: minimizes the mean
 * distortion plus λ times the squared maximum mean discrepancy between codes and prior. The cost of a reconstruction is
 * −log p(x | z) here, which for a Gaussian of fixed σ is the paper's squared error over 2σ² and a constant. At λ = 0 it is
 * `autoencoder()`. Batches need two examples at least.
 *
 * @throws ArgumentError for shapes that do not fit, a prior of other codes, and options out of range
 */
export function waeMmd(options: WaeMmdOptions): WaeMmd {
  const where = "waeMmd()";
  const { lambda = 100 } = options;
  if (!(lambda >= 0 && lambda < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(where, "lambda", lambda, "a finite number of at least 0");
  }
  const networks = encoderDecoder(where, options, { codes: options.latentDim });
  const { latentDim, encode, decode } = networks;
  const prior = options.prior ?? gaussianPrior({ latentDim });
  checkPrior(where, prior, latentDim, rng(0));
  return {
    ...networks.model("waeMmd", { ...options, prior }),
    prior,
    phases: [
      {
        name: "wasserstein",
        variables: networks.trainable,
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
