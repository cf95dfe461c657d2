import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/**
 * Keeps the weights of networks or layers unchanged in later calls of `fit`, until `unfreeze()`. Saved models store this
 * setting.
 *
 * In training, dropout still applies, and batch normalization still normalizes by the batch and updates its moving
 * averages.
 *
 * @throws ArgumentError for anything but a network or a layer
 */
export function freeze(...parts: tf.layers.Layer[]): void {
  setTrainable("freeze()", parts, false);
}

/**
 * Lets later calls of `fit` change the weights of networks or layers again. Moving averages keep their values.
 *
 * @throws ArgumentError for anything but a network or a layer
 */
export function unfreeze(...parts: tf.layers.Layer[]): void {
  setTrainable("unfreeze()", parts, true);
}

function setTrainable(where: string, parts: readonly tf.layers.Layer[], trainable: boolean): void {
  for (const part of parts) {
    if (!(part instanceof tf.layers.Layer)) {
      throw new ArgumentError(where, "a part", part, "a network or a layer, such as model.encoder");
    }
    // Sets each layer, because a saved network does not store its own setting.
    if (part instanceof tf.LayersModel) setTrainable(where, part.layers, trainable);
    else part.trainable = trainable;
  }
}
