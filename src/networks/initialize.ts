import type { Rng } from "../runtime/rng";
import type { tf } from "../runtime/tensorflow";
import { initialiseLayer } from "./initialize-layer";

/** Draws the kernels of every dense, convolutional, recurrent and embedding layer of a network anew, each from a stream of its own. */
export function initialize(network: tf.LayersModel, rng: Rng): void {
  network.layers.forEach((layer, index) => {
    const stream = rng.fold(index);
    initialiseLayer(layer, stream);
    stream.key.dispose();
  });
}
