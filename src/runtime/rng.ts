import { ArgumentError } from "./argument-error";
import { checkValue } from "./check-value";
import { executeOp } from "./execute-op";
import { sizes } from "./rules";
import { tf } from "./tensorflow";

/**
 * A stream of random numbers from TensorFlow's counter-based generator (Philox; Salmon et al. 2011).
 *
 * A draw depends on the key and on the number of draws made before it from this stream, and on nothing else: eager and
 * compiled runs agree, and in a compiled function the key may be an input, so that every call draws anew. Draws have no
 * gradient.
 */
export interface Rng {
  /**
   * The stream's key, int32 [2]. The tensor belongs to the scope (`tf.tidy()`) of whoever asks first, who may dispose of
   * it; the stream goes on all the same, unless it was made from that very tensor.
   */
  readonly key: tf.Tensor1D;
  /** Standard normal numbers, float32 of the given shape. */
  normal(shape: readonly number[]): tf.Tensor;
  /** Uniform numbers in [0, 1), float32 of the given shape. */
  uniform(shape: readonly number[]): tf.Tensor;
  /** Zeros and ones, float32 of the shape of `probs`, which holds P(1) in [0, 1]. */
  bernoulli(probs: tf.Tensor): tf.Tensor;
  /** Standard Gumbel numbers, float32 of the given shape. */
  gumbel(shape: readonly number[]): tf.Tensor;
  /** Draws of class indices, int32 [batch, count], from unnormalized log-probabilities [batch, classes]. */
  categorical(logits: tf.Tensor2D, count: number): tf.Tensor2D;
  /** The numbers 0 … n−1 in random order, int32 [n]. */
  permutation(n: number): tf.Tensor1D;
  /** A stream of its own for each whole number (or scalar of one): the same number gives the same stream. */
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
  if (typeof seed === "number") {
    requireInt32("rng()", "seed", seed);
    return stream(() => tf.tensor1d([seed, 0], "int32"));
  }
  if (!(seed instanceof tf.Tensor && seed.dtype === "int32" && seed.rank === 1 && seed.size === 2)) {
    throw new ArgumentError("rng()", "seed", seed, "an integer, or a key: an int32 tensor of shape [2]");
  }
  return stream(() => seed, seed);
}

/** A draw may be a single number, or none. */
const shapeOfDraws = sizes({ empty: true, smallest: 0 });

/**
 * @param makeKey computes the key; a stream holds the recipe rather than a tensor, so that it owns no memory
 * @param given the key, where it is a tensor already
 */
function stream(makeKey: () => tf.Tensor1D, given?: tf.Tensor1D): Rng {
  let draws = 0;
  let made = given;
  const key = (): tf.Tensor1D => (made === undefined || (made.isDisposed && made !== given) ? makeKey() : made);

  // Keys may be neighbors (a seed, a step), so a key is hashed before use: the draws of a stream are then neighbors
  // at a place that is random in 2^64, and each draw's op scrambles its seed once more.
  const seedOf = (index: number): tf.Tensor1D => {
    const base = randomIntegers([2], key());
    return index === 0 ? base : base.add(tf.tensor1d([0, index], "int32"));
  };
  const next = (): tf.Tensor1D => seedOf(draws++);
  const draw = (op: string, shape: readonly number[]): tf.Tensor => {
    checkValue("rng()", "shape", shape, shapeOfDraws);
    return tf.tidy(() => executeOp(op, { dtype: "float32", ...seeded }, [tf.tensor1d([...shape], "int32"), next()]));
  };
  const uniform = (shape: readonly number[]): tf.Tensor => draw("StatelessRandomUniform", shape);
  const gumbel = (shape: readonly number[]): tf.Tensor =>
    tf.tidy(() => {
      // u = 0 has probability 2^-23 and would give -infinity: the smallest normal float stands in for it.
      const u = tf.maximum(uniform(shape), 1.1754944e-38);
      return u.log().neg().log().neg();
    });

  return {
    get key() {
      made = key();
      return made;
    },
    normal: (shape) => draw("StatelessRandomNormal", shape),
    uniform,
    bernoulli: (probs) => tf.tidy(() => tf.less(uniform(probs.shape), probs).toFloat()),
    gumbel,
    categorical: (logits, count) =>
      tf.tidy(() => {
        requirePositive("categorical()", "count", count);
        const [batch, classes] = logits.shape;
        // The Gumbel-max trick (Gumbel 1954): the noise does not depend on the logits, so that it is drawn alike under XLA.
        return logits
          .expandDims(1)
          .add(gumbel([batch, count, classes]))
          .argMax(-1) as tf.Tensor2D;
      }),
    permutation: (n) =>
      tf.tidy(() => {
        requirePositive("permutation()", "n", n);
        // Two rounds of sorting by 32-bit keys: ties (likely in one round for n > 60,000) no longer bias the order.
        const order = randomOrder(next(), n);
        return tf.gather(order, randomOrder(next(), n));
      }),
    fold: (data) => {
      if (typeof data === "number") requireInt32("fold()", "data", data);
      return stream(() =>
        tf.tidy(() => {
          // The second half of the hash, of which the draws use the first.
          const base = randomIntegers([4], key()).slice(2, 2);
          const shift = typeof data === "number" ? tf.scalar(data, "int32") : data.toInt();
          return base.add(shift.mul(tf.tensor1d([0, 1], "int32"))) as tf.Tensor1D;
        }),
      );
    },
    split: (count) => {
      requirePositive("split()", "count", count);
      const index = draws++;
      return Array.from({ length: count }, (_, i) =>
        stream(() => tf.tidy(() => randomIntegers([2 * count], seedOf(index)).slice(2 * i, 2))),
      );
    },
  };
}

const seeded = { T: "int32", Tseed: "int32" } as const;

/** Integers of all 32 bits from a seed. The first numbers of a longer shape are those of a shorter one. */
function randomIntegers(shape: number[], seed: tf.Tensor1D): tf.Tensor1D {
  const inputs = [tf.tensor1d(shape, "int32"), seed];
  return executeOp("StatelessRandomUniformFullInt", { dtype: "int32", ...seeded }, inputs) as tf.Tensor1D;
}

function randomOrder(seed: tf.Tensor1D, n: number): tf.Tensor1D {
  return tf.topk(randomIntegers([n], seed), n).indices as tf.Tensor1D;
}

function requireInt32(where: string, argument: string, value: number): void {
  if (!(Number.isInteger(value) && Math.abs(value + 0.5) < 2 ** 31)) {
    throw new ArgumentError(where, argument, value, "an integer in [-2147483648, 2147483647]");
  }
}

/** A stream has at most this many parts, classes or places: a larger number is a mistake. */
const most = 1e8;

function requirePositive(where: string, argument: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0)) throw new ArgumentError(where, argument, value, "a positive integer");
  if (value > most) throw new ArgumentError(where, argument, value, `at most ${most}`);
}
