import { ArgumentError } from "../runtime/argument-error";
import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { NoiseLayer } from "./noise-layer";

/** Options of `wordDropout()`. */
export interface WordDropoutOptions {
  /** The probability that a word is left out, in [0, 1]. */
  rate: number;
  /** The layer's name; defaults to a numbered one. */
  name?: string;
}

/**
 * A layer that in training leaves out whole words of a sequence: vectors [batch, length, dimensions] are set to zero at
 * random, and the others stay as they are. A decoder that cannot rely on the words before has to ask the code (Bowman et al.
 * 2016, section 3.1, where a word left out is replaced by that for unknown words).
 *
 * It draws from the stream it is given, `network.apply(x, { training: true, rng })`, and does nothing outside of training.
 */
export function wordDropout(options: WordDropoutOptions): tf.layers.Layer {
  return new WordDropout(options);
}

class WordDropout extends NoiseLayer {
  static readonly className = "WordDropout";
  readonly rate: number;

  constructor({ rate, ...rest }: WordDropoutOptions) {
    super(rest);
    if (!(rate >= 0 && rate <= 1)) throw new ArgumentError("wordDropout()", "rate", rate, "a probability in [0, 1]");
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
