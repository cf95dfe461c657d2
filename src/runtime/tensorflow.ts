import "./prepare-tensorflow";
import * as tf from "@tensorflow/tfjs-node";

/** TensorFlow for Node, loaded without a word on stderr; an import that fails says how to fix it. */
export { tf };
