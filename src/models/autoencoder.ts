import type { Distribution } from "../distributions/distribution";
import { perExample } from "../distributions/per-example";
import { supports } from "../distributions/support";
import { mlp } from "../networks/mlp";
import { minimise } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import { checkSizes } from "../runtime/check-sizes";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { bernoulliLikelihood } from "./bernoulli-likelihood";
import { checkData, checkShape } from "./check-data";
import { inBatches } from "./in-batches";
import type { Likelihood } from "./likelihood";
import type { NetworkContext, TrainedPhase } from "./trained-phase";
import { withHead } from "./with-head";

/** Options of `autoencoder()`. */
export interface AutoencoderOptions {
  /** The shape of one example: `784`, or `[28, 28, 1]`. */
  data: number | readonly number[];
  /** The number of latent dimensions: the bottleneck. */
  latent: number;
  /** The hidden widths of the encoder, reversed in the decoder; defaults to [512]. */
  hidden?: readonly number[];
  /** What the decoder's outputs mean; defaults to `bernoulliLikelihood()`, for data in {0, 1}. */
  likelihood?: Likelihood;
  /** The seed of the initial weights; defaults to 0. */
  seed?: number;
}

/** An autoencoder without noise; made by `autoencoder()`. */
export interface Autoencoder {
  readonly dataShape: readonly number[];
  readonly latent: number;
  readonly likelihood: Likelihood;
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
  /** What `fit` needs: one phase, "reconstruction", with the one term `distortion`. */
  readonly phases: readonly TrainedPhase<"reconstruction", "distortion">[];
  variables(): tf.Variable[];
  check(where: string, batch: Readonly<Record<string, tf.Tensor>>): void;
  /** The code of x [batch, …data]: [batch, latent]. */
  encode(x: tf.Tensor, context?: NetworkContext): tf.Tensor2D;
  /** p(x | z) of z [batch, latent]. */
  decode(z: tf.Tensor, context?: NetworkContext): Distribution;
  /** The codes of x [examples, …data], in bounded memory. */
  embed(x: tf.Tensor): tf.Tensor2D;
  /** The mean of p(x | z) at the code of x, of the shape of x. */
  reconstruct(x: tf.Tensor): tf.Tensor;
  dispose(): void;
}

/**
 * An autoencoder: a code z = f(x) and a decoder p(x | z), trained to minimise the distortion −log p(x | f(x)) and nothing
 * else. It is what is left of a VAE without noise and without a prior, and no model of the data: nothing says which codes
 * may occur.
 *
 * @throws ArgumentError for shapes that do not fit
 */
export function autoencoder(options: AutoencoderOptions): Autoencoder {
  const { latent, hidden = [512], likelihood = bernoulliLikelihood(), seed = 0 } = options;
  const dataShape = typeof options.data === "number" ? [options.data] : options.data;
  checkSizes("autoencoder()", "latent", [latent]);
  checkSizes("autoencoder()", "data", dataShape);
  const [bodies, encoderHead, decoderHead] = rng(seed).split(3) as [Rng, Rng, Rng];
  const outputs = tf.util.sizeFromShape([...dataShape]) * likelihood.outputsPerComponent;
  const encoderBody = mlp({ inputs: dataShape, hidden, seed: bodies.fold(0) });
  const decoderBody = mlp({ inputs: latent, hidden: hidden.toReversed(), seed: bodies.fold(1) });
  const encoder = withHead("autoencoder()", encoderBody, latent, true, encoderHead);
  const decoder = withHead("autoencoder()", decoderBody, outputs, true, decoderHead);
  const encode: Autoencoder["encode"] = (x, context = {}) => {
    checkShape("encode()", "x", x, dataShape);
    return encoder.apply(x, { ...context }) as tf.Tensor2D;
  };
  const decode: Autoencoder["decode"] = (z, context = {}) => {
    checkShape("decode()", "z", z, [latent]);
    return likelihood.distribution(decoder.apply(z, { ...context }) as tf.Tensor2D, dataShape);
  };
  const variables = () => [
    ...[...encoder.weights, ...decoder.weights].map((weight) => weight.read() as tf.Variable),
    ...likelihood.variables,
  ];
  return {
    dataShape,
    latent,
    likelihood,
    encoder,
    decoder,
    phases: [
      {
        name: "reconstruction",
        variables: () => variables().filter(({ trainable }) => trainable),
        loss(batch, { rng: layers, training }) {
          const x = batch.x as tf.Tensor;
          const code = encode(x, { training, rng: layers });
          const decoded = decode(code, { training, rng: layers });
          if (training) likelihood.adapt?.(decoded.mean(), x);
          const distortion = perExample(tf.neg(decoded.logProb(x)));
          return { loss: minimise(meanOverBatch(distortion)), terms: { distortion } };
        },
      },
    ],
    variables,
    check: (where, { x }) => checkData(where, "x", x as tf.Tensor, dataShape, likelihood.support),
    encode,
    decode,
    embed(x) {
      checkData("embed()", "x", x, dataShape, supports.real);
      return inBatches(x, (part) => encode(part)) as tf.Tensor2D;
    },
    reconstruct(x) {
      checkData("reconstruct()", "x", x, dataShape, supports.real);
      return inBatches(x, (part) => decode(encode(part)).mean());
    },
    dispose() {
      encoder.dispose();
      decoder.dispose();
      tf.dispose([...likelihood.variables]);
    },
  };
}
