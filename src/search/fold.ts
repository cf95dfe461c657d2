import { optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { accepts, checkedElsewhere, seedNumber } from "../runtime/rules";

/** One split of the examples: some to fit on, the others to score on. */
export interface Fold {
  /** Indices of the examples to fit on, int32, ascending. */
  readonly train: Int32Array;
  /** Indices of the examples to score on, int32, ascending; disjoint from `train`. */
  readonly validation: Int32Array;
}

/** Options of `stratifiedFolds()` and `randomFolds()`. */
export interface FoldsOptions {
  /** The number of folds; defaults to 5. */
  folds?: number;
  /** The seed of the split; defaults to 0. */
  seed?: number;
}

/** The rules of these options. `checkFolds()` checks how many folds the data allow. */
export const foldsSchema = optionsSchema<FoldsOptions>({
  folds: checkedElsewhere.optional(),
  seed: seedNumber.optional(),
});

/**
 * @param most the largest number of folds
 * @param what what `most` counts: "the number of examples"
 */
export function checkFolds(where: string, folds: number, most: number, what: string): void {
  const fits = accepts(
    (value) => Number.isInteger(value) && (value as number) >= 2 && (value as number) <= most,
    `a whole number from 2 to ${most}, ${what}`,
  );
  checkValue(where, "folds", folds, fits);
}

/**
 * Deals the examples like cards: the i-th in the given order is a validation example of fold i mod `folds`, and a
 * training example of all other folds.
 */
export function dealFolds(order: Int32Array, folds: number): Fold[] {
  return Array.from({ length: folds }, (_, fold) => ({
    train: order.filter((_, i) => i % folds !== fold).sort(),
    validation: order.filter((_, i) => i % folds === fold).sort(),
  }));
}
