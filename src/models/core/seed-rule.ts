import { accepts } from "../../runtime/rules";

/** A seed of `rng()`. */
export const seedRule = accepts<number>(
  (value) => Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 31,
  "a whole number in [−2³¹, 2³¹)",
);
