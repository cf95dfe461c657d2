import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { type ClassLabels, readClassLabels } from "../../runtime/class-labels";
import { rng } from "../../runtime/rng";
import { checkedElsewhere, seedNumber } from "../../runtime/rules";
import { type ClassMembers, shuffledByClass } from "../../runtime/shuffled-by-class";

/** Options of `stratifiedSubset()`. Set either `perClass` or `size`. */
export interface StratifiedSubsetOptions {
  /** The number of examples per class, at most that of the rarest class; or a list with a number for class 0, 1, 2, … */
  perClass?: number | readonly number[];
  /** The total number of examples, with the class proportions of the whole set. */
  size?: number;
  /** Seed of the choice; defaults to 0. */
  seed?: number;
}

const schema = optionsSchema<StratifiedSubsetOptions>({
  perClass: checkedElsewhere.optional(),
  size: checkedElsewhere.optional(),
  seed: seedNumber.optional(),
});

/**
 * Picks a random subset, stratified by class, for example the labeled part of a larger set.
 *
 * For the same seed, a smaller subset is a prefix of a larger one, so label budgets can be compared on nested sets.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @returns the indices of the selected examples, int32, for `tf.gather()`
 * @throws ArgumentError if both sizes are set or none, and for more examples than there are
 */
export function stratifiedSubset(labels: ClassLabels, options: StratifiedSubsetOptions): Int32Array {
  checkOptions(where, schema, options);
  const { perClass, size, seed = 0 } = options;
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
 * Orders the members of all classes so that every prefix has the class proportions of the whole, up to about one
 * example: sorts by (rank + ½) / n within the class, which is Webster's apportionment method (Balinski & Young 1982,
 * chapter 4).
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

/** The number of examples to take from each class that occurs. */
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
