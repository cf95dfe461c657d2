import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Rng } from "../runtime/rng";
import { probability, text } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { NoiseLayer } from "./noise-layer";

/** Options of `wordDropout()`. */
export interface WordDropoutOptions {
  /** The probability that a word is dropped, in [0, 1]. */
  rate: number;
  /** The layer's name; defaults to a numbered name. */
  name?: string;
}

const schema = optionsSchema<WordDropoutOptions>({ rate: probability, name: text.optional() });

/**
 * A layer that, in training, drops whole words of a sequence: it sets random vectors of [batch, length, dimensions] to zero
 * and leaves the others unchanged. A decoder that cannot rely on the preceding words must use the code (Bowman et al. 2016,
 * section 3.1; there, the token for unknown words replaces a dropped word).
 *
 * It takes its random numbers from a stream that you pass in: `network.apply(x, { training: true, rng })`. Without
 * `training`, the output is the input.
 *
 * @throws ArgumentError for a rate outside [0, 1], and for unknown options
 */
export function wordDropout(options: WordDropoutOptions): tf.layers.Layer {
  checkOptions("wordDropout()", schema, options);
  return new WordDropout(options);
}

class WordDropout extends NoiseLayer {
  static readonly className = "WordDropout";
  readonly rate: number;

  constructor({ rate, ...rest }: WordDropoutOptions) {
    super(rest);
    this.rate = rate;
  }

  protected override disturb(x: tf.Tensor, rng: Rng): tf.Tensor {
    if (this.rate === 0) return x.clone();
    const [batch = 1, length = 1] = x.shape;
    return x.mul(tf.greaterEqual(rng.uniform([batch, length, 1]), this.rate).toFloat());
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate };
  }
}

tf.serialization.registerClass(WordDropout);
