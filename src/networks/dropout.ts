import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Rng } from "../runtime/rng";
import { accepts, text } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { NoiseLayer } from "./noise-layer";

/** Options of `dropout()`. */
export interface DropoutOptions {
  /** The probability that an element is set to zero, in [0, 1). */
  rate: number;
  /** The layer's name; defaults to a numbered name. */
  name?: string;
}

const schema = optionsSchema<DropoutOptions>({
  rate: accepts((rate) => typeof rate === "number" && rate >= 0 && rate < 1, "a probability in [0, 1)"),
  name: text.optional(),
});

/**
 * A layer that, in training, sets elements to zero at random and divides the others by 1 − rate (Srivastava et al. 2014).
 *
 * Unlike `tf.layers.dropout`, it takes its random numbers from a stream that you pass in, so it can be seeded and compiled:
 * `network.apply(x, { training: true, rng })`. The input may have any shape. Without `training`, the output is the input.
 *
 * @throws ArgumentError for a rate outside [0, 1), and for unknown options
 */
export function dropout(options: DropoutOptions): tf.layers.Layer {
  checkOptions("dropout()", schema, options);
  return new SeededDropout(options);
}

class SeededDropout extends NoiseLayer {
  static readonly className = "SeededDropout";
  readonly rate: number;

  constructor({ rate, ...rest }: DropoutOptions) {
    super(rest);
    this.rate = rate;
  }

  protected override disturb(x: tf.Tensor, rng: Rng): tf.Tensor {
    if (this.rate === 0) return x.clone();
    const kept = tf.greaterEqual(rng.uniform(x.shape), this.rate).toFloat();
    return x.mul(kept).div(1 - this.rate);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate };
  }
}

tf.serialization.registerClass(SeededDropout);
