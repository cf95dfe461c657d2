import type { Rng } from "../runtime/rng";
import { accepts, instance, sizes, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** A shape without the batch axis: one whole number, or a list of them. */
export const shapeRule = accepts<number | readonly number[]>(
  (value) => wholeNumber().safeParse(value).success || sizes().safeParse(value).success,
  "a whole number of at least 1, or a list of them, without the batch axis: 784 or [28, 28, 1]",
);

export const networkRule = instance<tf.LayersModel>(tf.LayersModel, "a network: mlp(), tf.sequential() or tf.model()");

/** A seed of `rng()`. */
export const seedRule = accepts<number>(
  (value) => Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 31,
  "a whole number in [−2³¹, 2³¹)",
);

/** A stream of random numbers. */
export const streamRule = accepts<Rng>(
  (value) => typeof (value as Partial<Rng> | null)?.fold === "function",
  "a stream that rng() made: rng(7)",
);

/** A seed, or the stream from which numbers are drawn. */
export const seedOrStreamRule = accepts<number | Rng>(
  (value) => seedRule.safeParse(value).success || streamRule.safeParse(value).success,
  "a whole number in [−2³¹, 2³¹), or a stream that rng() made",
);
