import { tf } from "../runtime/tensorflow";

/**
 * A layer that makes inputs of counts: x → log(1 + x). A word that stands in a text a hundred times then says about five
 * times as much as one that stands there once or twice, not a hundred times, and no long text floods the network.
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
