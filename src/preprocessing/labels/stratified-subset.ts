import { ArgumentError } from "../../runtime/argument-error";
import { type ClassLabels, readClassLabels } from "../../runtime/class-labels";
import { rng } from "../../runtime/rng";
import { type ClassMembers, shuffledByClass } from "../../runtime/shuffled-by-class";

/** Options of `stratifiedSubset()`: how many examples, by one of `perClass` and `size`. */
export interface StratifiedSubsetOptions {
  /** So many examples of every class, at most what the rarest class has; or a list, so many of class 0, 1, 2, … */
  perClass?: number | readonly number[];
  /** So many examples in all, the classes as frequent as in the whole. */
  size?: number;
  /** Seed of the choice; defaults to 0. */
  seed?: number;
}

/**
 * Picks a few examples at random, so that every class is there in its share: the labeled part of a larger set.
 *
 * With one seed, every beginning of a larger subset is the smaller subset, so that label budgets can be compared on nested sets.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @returns the indices of the examples chosen, for `tf.gather()`
 * @throws ArgumentError for both sizes or none, and for more examples than there are
 */
export function stratifiedSubset(labels: ClassLabels, options: StratifiedSubsetOptions): Int32Array {
  const { perClass, size, seed = 0 } = options ?? {};
  if ((perClass === undefined) === (size === undefined)) {
    throw new ArgumentError(where, "options", options, "an object with either perClass or size");
  }
  const classes = shuffledByClass(readClassLabels(where, "labels", labels), rng(seed));
  if (size !== undefined) {
    const all = classes.reduce((sum, { indices }) => sum + indices.length, 0);
    check("size", size, 1, all, "all examples");
    return takeInTurns(classes).slice(0, size);
  }
  const quotas = quotasOf(classes, perClass as number | readonly number[]);
  return takeInTurns(classes.map(({ indices }, i) => ({ indices: indices.subarray(0, quotas[i]) })));
}

const where = "stratifiedSubset()";

/**
 * All members of all classes, so that at every length each class has had its share to within about one: the order of
 * (rank + ½) / n of their class, which is Webster's apportionment of seats (Balinski & Young 1982, chapter 4).
 */
function takeInTurns(classes: readonly { indices: Int32Array }[]): Int32Array {
  const queue = classes.flatMap(({ indices }) =>
    Array.from(indices, (index, rank) => ({ index, turn: (rank + 0.5) / indices.length })),
  );
  return Int32Array.from(
    queue.sort((a, b) => a.turn - b.turn),
    ({ index }) => index,
  );
}

/** How many examples to take of each class that occurs. */
function quotasOf(classes: readonly ClassMembers[], perClass: number | readonly number[]): number[] {
  if (typeof perClass === "number") {
    const rarest = Math.min(...classes.map(({ indices }) => indices.length));
    check("perClass", perClass, 1, rarest, "the examples of the rarest class");
    return classes.map(() => perClass);
  }
  const last = classes.at(-1)?.label ?? 0;
  if (!Array.isArray(perClass) || perClass.length !== last + 1) {
    throw new ArgumentError(where, "perClass", perClass, `a number, or a list of one for each class from 0 to ${last}`);
  }
  const sizes = new Map(classes.map(({ label, indices }) => [label, indices.length]));
  perClass.forEach((count, label) => {
    check(`perClass[${label}]`, count, 0, sizes.get(label) ?? 0, `the examples of class ${label}`);
  });
  return classes.map(({ label }) => perClass[label]);
}

function check(name: string, value: number, least: number, most: number, what: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ArgumentError(where, name, value, `a whole number from ${least} to ${most}, ${what}`);
}
