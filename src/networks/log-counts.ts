import { tf } from "../runtime/tensorflow";

/**
 * A layer that transforms counts of any shape: x → log(1 + x). A word that occurs a hundred times in a text then has
 * about seven times the weight of a word that occurs once, not a hundred times, and long texts do not saturate the
 * network.
 */
export function logCounts(): tf.layers.Layer {
  return new LogCounts();
}

class LogCounts extends tf.layers.Layer {
  static readonly className = "LogCounts";
  override readonly supportsMasking = true;

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => tf.log1p(Array.isArray(inputs) ? inputs[0]! : inputs));
  }
}

tf.serialization.registerClass(LogCounts);
