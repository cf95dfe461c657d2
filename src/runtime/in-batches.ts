import { tf } from "./tensorflow";

const batch = 1000;

/** Applies a function to up to 1000 examples at a time and joins the results. Large data sets therefore need little memory. */
export function inBatches(x: tf.Tensor, apply: (part: tf.Tensor) => tf.Tensor): tf.Tensor {
  const size = x.shape[0] ?? 0;
  return tf.tidy(() => {
    if (size <= batch) return apply(x).clone();
    const parts: tf.Tensor[] = [];
    for (let first = 0; first < size; first += batch) {
      parts.push(tf.tidy(() => apply(tf.slice(x, first, Math.min(batch, size - first)))));
    }
    return tf.concat(parts);
  });
}
