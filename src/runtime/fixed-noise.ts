import { ArgumentError } from "./argument-error";
import { type Rng, rng } from "./rng";
import { tf } from "./tensorflow";

/**
 * A stream whose normal numbers are given. Two implementations of one loss then see the same noise, so their values must agree.
 *
 * `normal(shape)` returns the given tensor of that shape. If several have it, they are returned in turn. `fold` and `split`
 * return the stream itself. All other draws are those of `rng(0)`.
 *
 * @param noise one or more tensors, such as one of shape [batch, latentDim] for each layer of latents
 * @throws ArgumentError without noise, and later for a request of a shape that is not among the given ones
 */
export function fixedNoise(...noise: readonly tf.Tensor[]): Rng {
  if (noise.length === 0 || !noise.every((tensor) => tensor instanceof tf.Tensor)) {
    throw new ArgumentError("fixedNoise()", "noise", noise, "one or more tensors");
  }
  const requests = new Map<string, number>();
  const normal = (shape: readonly number[]): tf.Tensor => {
    const wanted = shape.join();
    const fitting = noise.filter((tensor) => tensor.shape.join() === wanted);
    if (fitting.length === 0) {
      const shapes = noise.map((tensor) => `[${tensor.shape}]`).join(", ");
      throw new ArgumentError("fixedNoise()", "noise", shapes, `a tensor of shape [${shape}], which the model draws`);
    }
    const request = requests.get(wanted) ?? 0;
    requests.set(wanted, request + 1);
    return (fitting[request % fitting.length] as tf.Tensor).clone();
  };
  const stream: Rng = { ...rng(0), normal, fold: () => stream, split: (count) => Array<Rng>(count).fill(stream) };
  return stream;
}
