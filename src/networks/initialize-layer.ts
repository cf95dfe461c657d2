import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/**
 * Draws new kernels for a layer and sets its bias to zero. Other weights keep their values.
 *
 * Layers with ReLU-like activations get N(0, 2/fan-in) (He et al. 2015, equation 10), all others N(0, 2/(fan-in + fan-out))
 * (Glorot & Bengio 2010, equation 12). The vectors of an embedding get a mean squared length of 1.
 */
export function initializeLayer(layer: tf.layers.Layer, rng: Rng): void {
  const rectified = /relu|elu|selu|swish/.test(String(layer.getConfig().activation ?? ""));
  const transposed = layer.getClassName() === "Conv2DTranspose";
  const weights = layer.getWeights();
  tf.tidy(() => {
    const drawn = layer.weights.map(({ originalName }, i) => {
      const weight = weights[i] as tf.Tensor;
      if (originalName.endsWith("bias")) return tf.zerosLike(weight);
      if (originalName.endsWith("embeddings"))
        return rng.normal(weight.shape).div(Math.sqrt(weight.shape[1] as number));
      if (!originalName.endsWith("kernel")) return weight;
      const [fanIn, fanOut] = fans(weight.shape, transposed);
      return rng.normal(weight.shape).mul(Math.sqrt(rectified ? 2 / fanIn : 2 / (fanIn + fanOut)));
    });
    layer.setWeights(drawn);
  });
}

/** The fan-in and fan-out of a kernel, which is [...window, in, out], or [...window, out, in] if transposed. */
function fans(shape: readonly number[], transposed: boolean): [number, number] {
  const [last2 = 1, last = 1] = shape.slice(-2);
  const [inputs, outputs] = transposed ? [last, last2] : [last2, last];
  const window = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return [window * inputs, window * outputs];
}
