import { NoiseLayer } from "../../networks/noise-layer";
import { tf } from "../../runtime/tensorflow";

/** Layers that only rearrange numbers, or do not change them in evaluation. */
const rearranging = new Set(["Flatten", "Reshape", "Permute", "Dropout", "SpatialDropout1D", "Cropping2D"]);

/**
 * The activation at the end of a network: `"linear"`, the name of another activation, the class of a layer without one
 * (`"BatchNormalization"`), or `"no layer"` if the network returns its inputs.
 */
export function activationAtEnd(network: tf.LayersModel): string {
  const layer = lastLayer((network.outputs[0] as tf.SymbolicTensor).sourceLayer);
  const kind = layer.getClassName();
  if (kind === "InputLayer") return "no layer";
  if (layer instanceof tf.LayersModel) return activationAtEnd(layer);
  const { activation } = layer.getConfig();
  return typeof activation === "string" ? activation : `a layer of class ${kind}`;
}

/** The last layer that computes something. */
function lastLayer(layer: tf.layers.Layer): tf.layers.Layer {
  if (!rearranging.has(layer.getClassName()) && !(layer instanceof NoiseLayer)) return layer;
  const input = layer.input as tf.SymbolicTensor;
  return input?.sourceLayer === undefined ? layer : lastLayer(input.sourceLayer);
}
