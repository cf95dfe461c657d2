import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/**
 * Keeps the weights of networks or layers as they are in the fits that follow, until `unfreeze()`. Saved models remember it.
 *
 * Dropout still acts in training, and batch normalization normalizes by the batch and updates its moving averages.
 */
export function freeze(...parts: tf.layers.Layer[]): void {
  setTrainable("freeze()", parts, false);
}

/** Lets fits change the weights of networks or layers again; moving averages stay what they are. */
export function unfreeze(...parts: tf.layers.Layer[]): void {
  setTrainable("unfreeze()", parts, true);
}

function setTrainable(where: string, parts: readonly tf.layers.Layer[], trainable: boolean): void {
  for (const part of parts) {
    if (!(part instanceof tf.layers.Layer)) {
      throw new ArgumentError(where, "a part", part, "a network or a layer, such as model.encoder");
    }
    // Layer by layer: the switch of a network is not stored with it.
    if (part instanceof tf.LayersModel) setTrainable(where, part.layers, trainable);
    else part.trainable = trainable;
  }
}
