import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/** Layers of tf.layers that draw random numbers, and their replacements in this library. */
const replacements: Readonly<Record<string, string>> = {
  Dropout: "dropout({ rate })",
  SpatialDropout1D: "wordDropout({ rate })",
  AlphaDropout: "dropout({ rate })",
  GaussianDropout: "dropout({ rate })",
  GaussianNoise: "gaussianNoise({ stdDev })",
};

/**
 * Rejects layers of tf.layers that draw their own random numbers, at any depth. They cannot be seeded or compiled.
 *
 * @param where the function that received the layer, as the user calls it
 * @param name the option
 * @throws ArgumentError naming the layer, and the layer of this library to use instead
 */
export function checkRandomLayers(where: string, name: string, layer: tf.layers.Layer): void {
  for (const inner of layersOf(layer)) {
    const kind = inner.getClassName();
    const accepted = "made of layers with random numbers that can be seeded and compiled";
    if (kind in replacements) {
      const fix = `Use ${replacements[kind]} of this library instead.`;
      throw new ArgumentError(where, `the ${name}`, `${inner.name} of tf.layers`, accepted, fix);
    }
    const { dropout = 0, recurrentDropout = 0 } = inner as { dropout?: unknown; recurrentDropout?: unknown };
    if (Number(dropout) > 0 || Number(recurrentDropout) > 0) {
      const fix = "Remove the layer's dropout, and add dropout({ rate }) of this library before or after it.";
      throw new ArgumentError(where, `the ${name}`, `${inner.name} with dropout`, accepted, fix);
    }
  }
}

/** A layer and all layers inside it: in a network, in a wrapper such as `bidirectional`, or in a stack of recurrent cells. */
function layersOf(layer: tf.layers.Layer): tf.layers.Layer[] {
  const { layer: wrapped, forwardLayer, cell } = layer as unknown as Record<string, tf.layers.Layer | undefined>;
  const { cells } = (cell ?? {}) as { cells?: tf.layers.Layer[] };
  const within = layer instanceof tf.LayersModel ? layer.layers : [wrapped, forwardLayer, cell, ...(cells ?? [])];
  return [layer, ...within.filter((inner) => inner !== undefined).flatMap(layersOf)];
}
