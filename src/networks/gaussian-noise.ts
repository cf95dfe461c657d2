import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Rng } from "../runtime/rng";
import { nonNegative, text } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { NoiseLayer } from "./noise-layer";

/** Options of `gaussianNoise()`. */
export interface GaussianNoiseOptions {
  /** The standard deviation of the noise, in units of the input; at least 0. */
  stdDev: number;
  /** The layer's name; defaults to a numbered name. */
  name?: string;
}

const schema = optionsSchema<GaussianNoiseOptions>({ stdDev: nonNegative, name: text.optional() });

/**
 * A layer that, in training, adds normal noise with mean zero, as in a denoising autoencoder (Vincent et al. 2008).
 *
 * Unlike `tf.layers.gaussianNoise`, it takes its random numbers from a stream that you pass in, so it can be seeded and
 * compiled: `network.apply(x, { training: true, rng })`. The input may have any shape. Without `training`, the output is
 * the input.
 *
 * @throws ArgumentError for a standard deviation below 0, and for unknown options
 */
export function gaussianNoise(options: GaussianNoiseOptions): tf.layers.Layer {
  checkOptions("gaussianNoise()", schema, options);
  return new SeededGaussianNoise(options);
}

class SeededGaussianNoise extends NoiseLayer {
  static readonly className = "SeededGaussianNoise";
  readonly stdDev: number;

  constructor({ stdDev, ...rest }: GaussianNoiseOptions) {
    super(rest);
    this.stdDev = stdDev;
  }

  protected override disturb(x: tf.Tensor, rng: Rng): tf.Tensor {
    return x.add(rng.normal(x.shape).mul(this.stdDev));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), stdDev: this.stdDev };
  }
}

tf.serialization.registerClass(SeededGaussianNoise);
