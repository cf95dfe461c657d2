import { executeOp } from "../runtime/execute-op";
import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/**
 * The number of bits used from each random integer. With one more, numbers close to 1 would round to 1, where the
 * quantile is infinite.
 */
const bits = 23;
const scale = 2 ** -bits;

/**
 * A hash of the values of each example, int32 [examples, 2], used as the key of its draws. Equal examples have the same key.
 *
 * @param parts tensors [examples, …] that together form the examples
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
        // Treats −0 as 0.
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
 * A stream whose draws depend on the example, not on its position in the batch. An example gets the same draws in any batch.
 *
 * Every draw is a random integer shared by all examples, plus a shift for each example (a random rotation: Cranley & Patterson
 * 1976). The shift is a·k₁ + b·k₂ mod 2³², with random a and b for each component and the key (k₁, k₂) of the example, which
 * is universal hashing (Carter & Wegman 1979). The draws of one example are independent, and the draws of two different
 * examples are uncorrelated, so the mean of an estimate over many examples has the same variance as with independent draws.
 *
 * Draws must have shape [draws, batch, …], [draws · batch, …] (the batch repeated), or [batch, …]. For any other shape, draws
 * depend on the position, as in `base`.
 *
 * @param keys from `exampleKeys()`, int32 [batch, 2]
 * @param draws the number of draws per example in the batch
 */
export function exampleStream(base: Rng, keys: tf.Tensor2D, draws: number): Rng {
  const [batch] = keys.shape;
  const [k1, k2] = tf.split(keys, 2, 1) as [tf.Tensor, tf.Tensor];

  /** Full-range 32-bit random integers of the given shape; undefined if no axis corresponds to the examples. */
  const integers = (shape: readonly number[]): tf.Tensor | undefined => {
    const size = tf.util.sizeFromShape([...shape]);
    const [first = 0, second] = shape;
    const drawsFirst = (first === draws && second === batch) || first === draws * batch;
    if (size === 0 || !(drawsFirst || first === batch)) return undefined;
    const repeats = drawsFirst ? draws : 1;
    const rest = size / (repeats * batch);
    const [shared, a, b] = base.split(3) as [Rng, Rng, Rng];
    // The draws stay integers until the last step, so they are the same with and without XLA.
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

/** Converts full-range 32-bit integers to draws from a distribution, using the upper bits. */
export const fromIntegers = {
  /** In [0, 1). */
  uniform: (integers: tf.Tensor) => upperBits(integers).mul(scale).add(0.5),
  /**
   * The normal quantile of u is √2 erf⁻¹(2u − 1). u is the midpoint of its interval, so the quantile is finite and
   * symmetric around 0.
   */
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
