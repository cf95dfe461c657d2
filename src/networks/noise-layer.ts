import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/** What a call of a network passes on to its layers: `network.apply(x, { training: true, rng })`. */
export interface CallOptions {
  /** Whether dropout, noise and batch normalization act as in training; defaults to false. */
  training?: boolean;
  /** Where layers that draw random numbers take them from; needed when `training` is true. */
  rng?: Rng;
}

/** A layer that changes its input at random in training, and passes it on unchanged otherwise. Any shape. */
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
        `${this.name}: a layer that draws random numbers needs to be told where from in training: ` +
          "network.apply(x, { training: true, rng }).",
      );
    });
  }
}
