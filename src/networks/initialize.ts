import { checkValue } from "../runtime/check-value";
import type { Rng } from "../runtime/rng";
import type { tf } from "../runtime/tensorflow";
import { initializeLayer } from "./initialize-layer";
import { networkRule, streamRule } from "./network-rules";

/**
 * Draws new kernels for every dense, convolutional, recurrent and embedding layer of a network, each from its own stream, and
 * sets the biases to zero. The `seed` of a model affects only the networks that the model creates. For reproducible weights
 * of your own networks, use this function: `initialize(network, rng(7))`.
 *
 * @throws ArgumentError if `network` is not a network or `rng` is not a stream
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
