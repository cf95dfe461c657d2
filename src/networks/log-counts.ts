import { tf } from "../runtime/tensorflow";

/**
 * A layer that turns counts into inputs: x → log(1 + x), of any shape. A word that occurs a hundred times in a text then
 * weighs about seven times as much as one that occurs once, not a hundred times, and long texts do not saturate the network.
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
