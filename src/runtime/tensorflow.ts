import "./prepare-tensorflow";
import * as tf from "@tensorflow/tfjs-node";
import { recordLayerWeights } from "./layer-weights";

recordLayerWeights(tf.layers.Layer);

/** TensorFlow for Node, loaded without a word on stderr; an import that fails says how to fix it. */
export { tf };
