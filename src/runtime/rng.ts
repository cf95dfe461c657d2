import { ArgumentError } from "./argument-error";
import { checkValue } from "./check-value";
import { executeOp } from "./execute-op";
import { sizes } from "./rules";
import { tf } from "./tensorflow";

/**
 * A stream of random numbers from TensorFlow's counter-based generator (Philox; Salmon et al. 2011).
 *
 * A draw depends only on the key and on the number of earlier draws from this stream. Eager and compiled runs therefore
 * agree. In a compiled function the key may be an input, so every call can draw new numbers. Draws have no gradient.
 */
export interface Rng {
  /**
   * The stream's key, int32 [2]. The tensor belongs to the `tf.tidy()` scope that is active at the first access, and may
   * be disposed. The stream keeps working after that, unless it was created from that same tensor.
   */
  readonly key: tf.Tensor1D;
  /** Standard normal numbers, float32 of the given shape. */
  normal(shape: readonly number[]): tf.Tensor;
  /** Uniform numbers in [0, 1), float32 of the given shape. */
  uniform(shape: readonly number[]): tf.Tensor;
  /** Zeros and ones, float32 of the shape of `probs`; `probs` is P(1), in [0, 1]. */
  bernoulli(probs: tf.Tensor): tf.Tensor;
  /** Standard Gumbel numbers, float32 of the given shape. */
  gumbel(shape: readonly number[]): tf.Tensor;
  /** Class indices, int32 [batch, count], drawn from unnormalized log-probabilities [batch, classes]. */
  categorical(logits: tf.Tensor2D, count: number): tf.Tensor2D;
  /** The numbers 0 … n−1 in random order, int32 [n]. */
  permutation(n: number): tf.Tensor1D;
  /** A new stream for an integer, or for a scalar tensor of one. The same integer always gives the same stream. */
  fold(data: number | tf.Scalar): Rng;
  /** `count` independent streams. Each split of the same stream returns different ones. */
  split(count: number): Rng[];
}

/**
 * A stream of random numbers.
 *
 * @param seed an integer in [−2³¹, 2³¹), or the key of another stream, int32 [2]
 * @throws ArgumentError for a seed that is neither a 32-bit integer nor a key
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
 * @param makeKey computes the key; a stream stores this function instead of a tensor, so it owns no memory
 * @param given the key, if it already is a tensor
 */
function stream(makeKey: () => tf.Tensor1D, given?: tf.Tensor1D): Rng {
  let draws = 0;
  let made = given;
  const key = (): tf.Tensor1D => (made === undefined || (made.isDisposed && made !== given) ? makeKey() : made);

  // Keys may be neighbors (consecutive seeds or steps), so a key is hashed before use. The hash gives the stream a random
  // starting point among 2^64; its draws use consecutive seeds from there, and each draw's op hashes its seed again.
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
      // u = 0 has probability 2^-23 and would give -infinity, so it is replaced with the smallest normal float.
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
        // The Gumbel-max trick (Gumbel 1954). The noise does not depend on the logits, so XLA draws the same noise.
        return logits
          .expandDims(1)
          .add(gumbel([batch, count, classes]))
          .argMax(-1) as tf.Tensor2D;
      }),
    permutation: (n) =>
      tf.tidy(() => {
        requirePositive("permutation()", "n", n);
        // Sorts by 32-bit keys twice, so that ties (likely in one round for n > 60,000) do not bias the order.
        const order = randomOrder(next(), n);
        return tf.gather(order, randomOrder(next(), n));
      }),
    fold: (data) => {
      if (typeof data === "number") requireInt32("fold()", "data", data);
      return stream(() =>
        tf.tidy(() => {
          // Uses the second half of the hash; draws use the first half.
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

/** Full-range 32-bit integers from a seed. A shorter result is a prefix of a longer one. */
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

/** Upper limit on counts; catches typos. */
const most = 1e8;

function requirePositive(where: string, argument: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0)) throw new ArgumentError(where, argument, value, "a positive integer");
  if (value > most) throw new ArgumentError(where, argument, value, `at most ${most}`);
}
