import "./prepare-tensorflow";
import * as tf from "@tensorflow/tfjs-node";
import { recordLayerWeights } from "./layer-weights";

recordLayerWeights(tf.layers.Layer);

/** TensorFlow for Node, loaded without output on stderr. If the import fails, the error says how to fix it. */
export { tf };
