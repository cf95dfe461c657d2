import { executeOp } from "../runtime/execute-op";
import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/** Bits of a draw that become its value: with one more, numbers next to 1 would round to 1, whose quantile is infinite. */
const bits = 23;
const scale = 2 ** -bits;

/**
 * A number for each example that depends on its values alone, int32 [examples, 2]: the key of its draws. Two examples share it
 * where they are equal.
 *
 * @param parts tensors [examples, …] that together make up an example
 */
export function exampleKeys(...parts: tf.Tensor[]): tf.Tensor2D {
  const examples = parts[0]?.shape[0] ?? 0;
  const keys = new Int32Array(2 * examples);
  for (const part of parts) {
    const values = part.dataSync();
    const words =
      values instanceof Float32Array ? new Int32Array(values.buffer, values.byteOffset, values.length) : values;
    const width = words.length / Math.max(1, examples);
    for (let example = 0; example < examples; example++) {
      let [a, b] = [keys[2 * example] as number, keys[2 * example + 1] as number];
      for (let i = example * width; i < (example + 1) * width; i++) {
        // −0 is the number 0.
        const word = words[i] === -0x80000000 ? 0 : (words[i] as number);
        // Steps of MurmurHash3 (Appleby 2011), twice with different constants.
        a = Math.imul(a ^ Math.imul(word, 0xcc9e2d51), 0x1b873593);
        a = (a ^ (a >>> 15)) | 0;
        b = Math.imul(b + Math.imul(word ^ (word >>> 16), 0x85ebca6b), 0xc2b2ae35);
        b = (b ^ (b >>> 13)) | 0;
      }
      keys[2 * example] = (a + 0x9e3779b9) | 0;
      keys[2 * example + 1] = (b + 0x7f4a7c15) | 0;
    }
  }
  return tf.tensor2d(keys, [examples, 2], "int32");
}

/**
 * A stream whose draws belong to the example rather than to its place in the batch: an example gets the same ones whatever else
 * is in the batch.
 *
 * Every draw is a random integer that all examples share, plus a shift of the example (a random rotation: Cranley & Patterson
 * 1976). The shift is a·k₁ + b·k₂ mod 2³² with random a and b for each component and the key (k₁, k₂) of the example, which is
 * universal hashing (Carter & Wegman 1979). So the draws of one example are independent, and those of two examples are
 * uncorrelated: the mean of an estimate over many examples has the variance that independent draws would give it.
 *
 * Draws must be [draws, batch, …] or [draws · batch, …] with the examples in turns, or [batch, …]. Any other shape is drawn by
 * place, as `base` does.
 *
 * @param keys of `exampleKeys()`, int32 [batch, 2]
 * @param draws how many draws of each example the batch holds
 */
export function exampleStream(base: Rng, keys: tf.Tensor2D, draws: number): Rng {
  const [batch] = keys.shape;
  const [k1, k2] = tf.split(keys, 2, 1) as [tf.Tensor, tf.Tensor];

  /** Random integers of all 32 bits, of the given shape; undefined where no axis is that of the examples. */
  const integers = (shape: readonly number[]): tf.Tensor | undefined => {
    const size = tf.util.sizeFromShape([...shape]);
    const [first = 0, second] = shape;
    const drawsFirst = (first === draws && second === batch) || first === draws * batch;
    if (size === 0 || !(drawsFirst || first === batch)) return undefined;
    const repeats = drawsFirst ? draws : 1;
    const rest = size / (repeats * batch);
    const [shared, a, b] = base.split(3) as [Rng, Rng, Rng];
    // The draws are kept as integers to the end, so that they are the same with and without XLA.
    const shift = tf.add(tf.mul(k1, randomIntegers(a, [1, rest])), tf.mul(k2, randomIntegers(b, [1, rest])));
    return tf.add(randomIntegers(shared, [repeats, 1, rest]), tf.expandDims(shift, 0)).reshape([...shape]);
  };
  const draw =
    (name: "uniform" | "normal" | "gumbel"): Rng["normal"] =>
    (shape) =>
      tf.tidy(() => {
        const drawn = integers(shape);
        return drawn === undefined ? base[name](shape) : fromIntegers[name](drawn);
      });
  const [uniform, gumbel] = [draw("uniform"), draw("gumbel")];

  return {
    get key() {
      return base.key;
    },
    uniform,
    gumbel,
    normal: draw("normal"),
    bernoulli: (probs) => tf.tidy(() => tf.less(uniform(probs.shape), probs).toFloat()),
    categorical: (logits, count) =>
      tf.tidy(() => {
        const [rows, classes] = logits.shape;
        return logits
          .expandDims(1)
          .add(gumbel([rows, count, classes]))
          .argMax(-1) as tf.Tensor2D;
      }),
    permutation: (n) => base.permutation(n),
    fold: (data) => exampleStream(base.fold(data), keys, draws),
    split: (count) => base.split(count).map((part) => exampleStream(part, keys, draws)),
  };
}

/** Numbers of a distribution from integers of all 32 bits, of which the upper ones count. */
export const fromIntegers = {
  /** In [0, 1). */
  uniform: (integers: tf.Tensor) => upperBits(integers).mul(scale).add(0.5),
  /** √2 erf⁻¹(2u − 1) is the quantile of u. u is the middle of its step, so it is never infinite and as often above 0 as below. */
  normal: (integers: tf.Tensor) =>
    executeOp("Erfinv", { T: "float32" }, [
      upperBits(integers)
        .add(0.5)
        .mul(2 * scale),
    ]).mul(Math.SQRT2),
  gumbel: (integers: tf.Tensor) => tf.neg(tf.log(tf.neg(tf.log(upperBits(integers).add(0.5).mul(scale).add(0.5))))),
};

/** A number from −2²² to 2²² − 1. */
const upperBits = (integers: tf.Tensor): tf.Tensor => shiftRight(integers, 32 - bits).toFloat();

function randomIntegers(stream: Rng, shape: number[]): tf.Tensor {
  const attributes = { dtype: "int32", T: "int32", Tseed: "int32" } as const;
  return executeOp("StatelessRandomUniformFullInt", attributes, [tf.tensor1d(shape, "int32"), stream.key]);
}

/** Keeps the sign. */
const shiftRight = (x: tf.Tensor, by: number): tf.Tensor =>
  executeOp("RightShift", { T: "int32" }, [x, tf.scalar(by, "int32")]);
