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
  const geometry = { transposed: layer.getClassName() === "Conv2DTranspose", strides: stridesOf(layer) };
  const weights = layer.getWeights();
  tf.tidy(() => {
    const drawn = layer.weights.map(({ originalName }, i) => {
      const weight = weights[i] as tf.Tensor;
      if (originalName.endsWith("bias")) return tf.zerosLike(weight);
      if (originalName.endsWith("embeddings"))
        return rng.normal(weight.shape).div(Math.sqrt(weight.shape[1] as number));
      if (!originalName.endsWith("kernel")) return weight;
      const [fanIn, fanOut] = fans(weight.shape, geometry);
      return rng.normal(weight.shape).mul(Math.sqrt(rectified ? 2 / fanIn : 2 / (fanIn + fanOut)));
    });
    layer.setWeights(drawn);
  });
}

/**
 * The fan-in and fan-out of a kernel, which is [...window, in, out], or [...window, out, in] if transposed. With strides, an input of
 * a convolution reaches only a part of the window, and an output of a transposed convolution receives only a part.
 */
function fans(
  shape: readonly number[],
  { transposed, strides }: { transposed: boolean; strides: number },
): [number, number] {
  const [last2 = 1, last = 1] = shape.slice(-2);
  const window = product(shape.slice(0, -2));
  const part = Math.max(1, window / strides);
  return transposed ? [part * last, window * last2] : [window * last2, part * last];
}

/** The product of a layer's strides; 1 for a layer without strides. */
const stridesOf = (layer: tf.layers.Layer): number => product([layer.getConfig().strides ?? 1].flat() as number[]);

const product = (numbers: readonly number[]): number => numbers.reduce((all, number) => all * number, 1);
