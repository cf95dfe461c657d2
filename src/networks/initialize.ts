import { checkValue } from "../runtime/check-value";
import type { Rng } from "../runtime/rng";
import type { tf } from "../runtime/tensorflow";
import { initializeLayer } from "./initialize-layer";
import { networkRule, streamRule } from "./network-rules";

/**
 * Draws the kernels of every dense, convolutional, recurrent and embedding layer of a network anew, each from its own stream,
 * and sets the biases to zero. The `seed` of a model reaches only the networks that the model makes; this is how networks
 * of your own get reproducible weights: `initialize(network, rng(7))`.
 *
 * @throws ArgumentError for anything but a network, and for a stream that is none
 */
export function initialize(network: tf.LayersModel, rng: Rng): void {
  checkValue("initialize()", "network", network, networkRule);
  checkValue("initialize()", "rng", rng, streamRule);
  network.layers.forEach((layer, index) => {
    const stream = rng.fold(index);
    initializeLayer(layer, stream);
    stream.key.dispose();
  });
}
