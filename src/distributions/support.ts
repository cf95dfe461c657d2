import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import { largest } from "./positive";

/** A set of values. */
export interface Support {
  /** A description that completes "… must be": `"0 or 1"`. */
  readonly description: string;
  /**
   * Which values belong to the set.
   *
   * @param x any shape
   * @returns bool, with a shape that broadcasts to the shape of x; false for NaN
   */
  contains(x: tf.Tensor): tf.Tensor;
}

const within = (low: tf.Tensor | number, high: tf.Tensor | number) => (x: tf.Tensor) =>
  tf.logicalAnd(tf.greaterEqual(x, low), tf.lessEqual(x, high));

/** The supports of the families of this library. */
export const supports = {
  real: { description: "finite numbers", contains: (x) => tf.isFinite(x) },
  positive: {
    description: "finite numbers above 0",
    contains: (x) => tf.logicalAnd(tf.greater(x, 0), tf.isFinite(x)),
  },
  binary: { description: "0 or 1", contains: (x) => tf.logicalOr(tf.equal(x, 0), tf.equal(x, 1)) },
  counts: {
    description: "whole numbers of at least 0",
    contains: (x) => tf.equal(x, tf.floor(tf.clipByValue(x, 0, largest))),
  },
  unitInterval: { description: "numbers in [0, 1]", contains: within(0, 1) },
  openUnitInterval: {
    description: "numbers above 0 and below 1",
    contains: (x) => tf.logicalAnd(tf.greater(x, 0), tf.less(x, 1)),
  },
  simplex: {
    description: "numbers in [0, 1] with sum 1 over the last axis",
    // Float32 sums of many terms equal 1 only up to rounding.
    contains: (x) =>
      tf.logicalAnd(
        within(0, 1)(x),
        tf.lessEqual(tf.sum(tf.cast(x, "float32"), -1, true).sub(1).abs(), simplexTolerance),
      ),
  },
} as const satisfies Record<string, Support>;

const simplexTolerance = 1e-4;

/** The closed interval between two bounds, numbers or tensors that broadcast to the values. */
export function intervalSupport(low: tf.Tensor | number, high: tf.Tensor | number): Support {
  const show = (bound: tf.Tensor | number, name: string) => (typeof bound === "number" ? String(bound) : name);
  return { description: `numbers in [${show(low, "low")}, ${show(high, "high")}]`, contains: within(low, high) };
}

/** The classes 0 … classes−1, as int32 indices or as one-hot rows [.., classes]. */
export function classSupport(classes: number): Support {
  const rowSum = (x: tf.Tensor) => tf.equal(tf.sum(x, -1, true), 1);
  return {
    description: `class indices 0 to ${classes - 1} (int32) or one-hot rows of ${classes}`,
    contains: (x) =>
      x.dtype === "int32" ? within(0, classes - 1)(x) : tf.logicalAnd(supports.binary.contains(x), rowSum(x)),
  };
}

/**
 * Checks that every value belongs to a set. This reads the values of the tensor: use it on data at the API boundary, never in a
 * compiled step.
 *
 * @param where the function that received the values, as the user calls it: `encode()`
 * @param argument the name of the argument
 * @param advice how to fix values outside the set, for the error
 * @throws ArgumentError naming the first value outside the set
 */
export function checkSupport(support: Support, x: tf.Tensor, where: string, argument: string, advice?: string): void {
  const inside = tf.tidy(() => tf.all(support.contains(x)).dataSync()[0]);
  if (inside) return;
  const first = tf.tidy(() => {
    const outside = tf.logicalNot(support.contains(x)).toFloat().add(tf.zerosLike(x).toFloat());
    return outside.flatten().argMax().dataSync()[0] ?? 0;
  });
  const value = tf.tidy(() => x.flatten().slice([first], [1]).dataSync()[0]);
  const position = indexOf(first, x.shape);
  throw new ArgumentError(
    where,
    argument,
    value,
    `${support.description}, everywhere`,
    [`It is at [${position.join(", ")}].`, Number.isNaN(value) ? forMissing : advice].filter(Boolean).join(" "),
  );
}

const forMissing =
  "NaN marks a missing value, which has no density: drop such examples, or fill in the values, for example with " +
  "imputeMissing() and a model trained on complete examples.";

function indexOf(flat: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return position;
}
