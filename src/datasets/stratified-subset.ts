import { ArgumentError } from "../runtime/argument-error";
import { type ClassLabels, readClassLabels } from "../runtime/class-labels";
import { rng } from "../runtime/rng";
import { shuffledByClass } from "../runtime/shuffled-by-class";

/** Options of `stratifiedSubset()`: how many examples, by one of `perClass` and `size`. */
export interface StratifiedSubsetOptions {
  /** So many examples of every class; at most what the rarest class has. */
  perClass?: number;
  /** So many examples in all, the classes as frequent as in the whole. */
  size?: number;
  /** Seed of the choice; defaults to 0. */
  seed?: number;
}

/**
 * Picks a few examples at random, so that every class is there in its share: the labelled part of a larger set.
 *
 * With one seed, every beginning of a larger subset is the smaller subset, so that label budgets can be compared on nested sets.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @returns the indices of the examples chosen, [perClass · classes] or [size], for `tf.gather()`
 * @throws ArgumentError for both sizes or none, and for more examples than there are
 */
export function stratifiedSubset(labels: ClassLabels, options: StratifiedSubsetOptions): Int32Array {
  const { perClass, size, seed = 0 } = options ?? {};
  if ((perClass === undefined) === (size === undefined)) {
    throw new ArgumentError(where, "options", options, "an object with either perClass or size");
  }
  const classes = shuffledByClass(readClassLabels(where, "labels", labels), rng(seed));
  const all = classes.reduce((sum, { indices }) => sum + indices.length, 0);
  const rarest = Math.min(...classes.map(({ indices }) => indices.length));
  if (perClass !== undefined) check("perClass", perClass, rarest, "the examples of the rarest class");
  if (size !== undefined) check("size", size, all, "all examples");
  // Examples in the order of (rank + ½) / n of their class are Webster's apportionment of seats at every length
  // (Balinski & Young 1982, chapter 4): each class gets its share to within about one example, and subsets are nested.
  const queue = classes.flatMap(({ indices }) =>
    Array.from(indices, (index, rank) => ({ index, turn: size === undefined ? rank : (rank + 0.5) / indices.length })),
  );
  const count = size ?? (perClass as number) * classes.length;
  queue.sort((a, b) => a.turn - b.turn);
  return Int32Array.from(queue.slice(0, count), ({ index }) => index);
}

const where = "stratifiedSubset()";

function check(name: string, value: number, most: number, what: string): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new ArgumentError(where, name, value, `a whole number from 1 to ${most}, ${what}`);
}
