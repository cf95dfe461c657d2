import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/** The options that a network call passes to its layers: `network.apply(x, { training: true, rng })`. */
export interface CallOptions {
  /** Whether dropout, noise and batch normalization behave as in training; defaults to false. */
  training?: boolean;
  /** The stream for layers that draw random numbers; required if `training` is true. */
  rng?: Rng;
}

/** A layer that changes its input at random in training, and otherwise returns it unchanged. The input may have any shape. */
export abstract class NoiseLayer extends tf.layers.Layer {
  override readonly supportsMasking = true;

  /** The input with noise, in training. */
  protected abstract disturb(x: tf.Tensor, rng: Rng): tf.Tensor;

  override call(inputs: tf.Tensor | tf.Tensor[], { training, rng }: CallOptions): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      if (training !== true) return x.clone();
      if (rng !== undefined) return this.disturb(x, rng);
      throw new Error(
        `${this.name}: a layer that draws random numbers needs a stream in training: ` +
          "network.apply(x, { training: true, rng }).",
      );
    });
  }
}
