import type { tf } from "../../runtime/tensorflow";

/**
 * Frees the layers that a model put around a network that was given to it (its head), or the whole network where none was
 * given. What belongs to the caller stays alive.
 *
 * @param network the model's network, made from `given` by `withHead()`
 * @param given the option from which it was made; undefined where the model made the body itself
 */
export function disposeOwn(network: tf.LayersModel, given: tf.LayersModel | undefined): void {
  if (given === undefined) return void network.dispose();
  const callers = new Set(given.layers);
  for (const layer of network.layers) if (!callers.has(layer)) layer.dispose();
}

/** A `dispose()` that does its work on the first call only. */
export function once(dispose: () => void): () => void {
  let disposed = false;
  return () => {
    if (disposed) return;
    disposed = true;
    dispose();
  };
}
