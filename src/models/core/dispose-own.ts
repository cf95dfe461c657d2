import type { tf } from "../../runtime/tensorflow";

/**
 * Frees the layers that a model added to a network it received (the head), or the whole network if it received none.
 * Networks of the caller are not freed.
 *
 * @param network the model's network, created from `given` by `withHead()`
 * @param given the option it was created from; undefined if the model created the body itself
 */
export function disposeOwn(network: tf.LayersModel, given: tf.LayersModel | undefined): void {
  if (given === undefined) return void network.dispose();
  const callers = new Set(given.layers);
  for (const layer of network.layers) if (!callers.has(layer)) layer.dispose();
}

/** Returns a `dispose()` that has an effect only on the first call. */
export function once(dispose: () => void): () => void {
  let disposed = false;
  return () => {
    if (disposed) return;
    disposed = true;
    dispose();
  };
}
