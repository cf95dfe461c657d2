import { ArgumentError } from "./argument-error";
import { executeOp } from "./execute-op";
import { tf } from "./tensorflow";

/**
 * A stream of random numbers from TensorFlow's counter-based generator (Philox; Salmon et al. 2011).
 *
 * A draw depends on the key and on the number of draws made before it from this stream, and on nothing else: eager and
 * compiled runs agree, and in a compiled function the key may be an input, so that every call draws anew.
 */
export interface Rng {
  /** The stream's key, int32 [2]. */
  readonly key: tf.Tensor1D;
  /** Standard normal numbers, float32 of the given shape. */
  normal(shape: readonly number[]): tf.Tensor;
  /** Uniform numbers in [0, 1), float32 of the given shape. */
  uniform(shape: readonly number[]): tf.Tensor;
  /** Zeros and ones, float32 of the shape of `probs`, which holds P(1) in [0, 1]. */
  bernoulli(probs: tf.Tensor): tf.Tensor;
  /** Standard Gumbel numbers, float32 of the given shape. */
  gumbel(shape: readonly number[]): tf.Tensor;
  /** Draws of class indices, int32 [batch, count], from unnormalised log-probabilities [batch, classes]. */
  categorical(logits: tf.Tensor2D, count: number): tf.Tensor2D;
  /** The numbers 0 … n−1 in random order, int32 [n]. */
  permutation(n: number): tf.Tensor1D;
  /** A stream of its own for each number (or int32 scalar): the same number gives the same stream. */
  fold(data: number | tf.Scalar): Rng;
  /** `count` independent streams, which differ from those of an earlier split. */
  split(count: number): Rng[];
}

/**
 * A stream of random numbers.
 *
 * @param seed an integer in [−2³¹, 2³¹), or the key of another stream, int32 [2]
 */
export function rng(seed: number | tf.Tensor1D): Rng {
  if (typeof seed === "number" && !(Number.isInteger(seed) && Math.abs(seed + 0.5) < 2 ** 31)) {
    throw new ArgumentError("rng()", "seed", seed, "an integer in [-2147483648, 2147483647]");
  }
  return stream(typeof seed === "number" ? tf.tensor1d([seed, 0], "int32") : seed);
}

function stream(key: tf.Tensor1D): Rng {
  let draws = 0;
  // Each draw hashes (key, index of the draw): the op scrambles its seed through Philox before use.
  const next = (): tf.Tensor1D => derive(key, tf.scalar(draws++, "int32"));
  const draw = (op: string, shape: readonly number[]): tf.Tensor =>
    tf.tidy(() =>
      executeOp(op, { dtype: "float32", T: "int32", Tseed: "int32" }, [tf.tensor1d([...shape], "int32"), next()]),
    );
  const self: Rng = {
    key,
    normal: (shape) => draw("StatelessRandomNormal", shape),
    uniform: (shape) => draw("StatelessRandomUniform", shape),
    bernoulli: (probs) => tf.tidy(() => tf.less(draw("StatelessRandomUniform", probs.shape), probs).toFloat()),
    gumbel: (shape) =>
      tf.tidy(() => {
        // u = 0 has probability 2^-23 and would give -infinity: the smallest normal float stands in for it.
        const u = tf.maximum(draw("StatelessRandomUniform", shape), 1.1754944e-38);
        return u.log().neg().log().neg();
      }),
    categorical: (logits, count) =>
      tf.tidy(() =>
        executeOp("StatelessMultinomial", { T: "float32", Tseed: "int32", output_dtype: "int32" }, [
          logits,
          tf.scalar(count, "int32"),
          next(),
        ]),
      ) as tf.Tensor2D,
    permutation: (n) =>
      tf.tidy(() => {
        // Two rounds of sorting by 32-bit keys: ties (likely in one round for n > 60,000) no longer bias the order.
        const order = sortKeys(next(), n);
        return tf.gather(order, sortKeys(next(), n));
      }),
    fold: (data) => stream(tf.tidy(() => derive(offset(key, foldSalt), asScalar(data)))),
    split: (count) => {
      const parent = next();
      return Array.from({ length: count }, (_, i) => stream(tf.tidy(() => derive(parent, asScalar(i)))));
    },
  };
  return self;
}

/** Keeps the keys of folded streams apart from the keys of this stream's own draws. */
const foldSalt = 0x5bd1e995;

const asScalar = (data: number | tf.Scalar): tf.Scalar => (typeof data === "number" ? tf.scalar(data, "int32") : data);

const offset = (key: tf.Tensor1D, salt: number): tf.Tensor1D => key.add(tf.tensor1d([0, salt], "int32"));

/** A new key from a key and a number, by a hash: Philox of (key, number), int32 [2]. */
function derive(key: tf.Tensor1D, data: tf.Scalar): tf.Tensor1D {
  return tf.tidy(() => {
    const scrambled = fullRangeIntegers([2], key);
    const seed = tf.stack([scrambled.slice(0, 1).squeeze(), scrambled.slice(1, 1).squeeze().add(data)]) as tf.Tensor1D;
    return fullRangeIntegers([2], seed) as tf.Tensor1D;
  });
}

function fullRangeIntegers(shape: number[], seed: tf.Tensor1D): tf.Tensor {
  const attributes = { dtype: "int32", T: "int32", Tseed: "int32" } as const;
  return executeOp("StatelessRandomUniformFullInt", attributes, [tf.tensor1d(shape, "int32"), seed]);
}

function sortKeys(seed: tf.Tensor1D, n: number): tf.Tensor1D {
  return tf.topk(fullRangeIntegers([n], seed), n).indices as tf.Tensor1D;
}
