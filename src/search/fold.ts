import { optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { accepts, checkedElsewhere, seedNumber } from "../runtime/rules";

/** One division of the examples: fit on some, score on the others. */
export interface Fold {
  /** Indices of the examples to fit on, int32, ascending. */
  readonly train: Int32Array;
  /** Indices of the examples to score on, int32, ascending; none of them is in `train`. */
  readonly validation: Int32Array;
}

/** Options of `stratifiedFolds()` and `randomFolds()`. */
export interface FoldsOptions {
  /** How many; defaults to 5. */
  folds?: number;
  /** Seed of the division; defaults to 0. */
  seed?: number;
}

/** The rules of those options, apart from how many folds the data allow: see `checkFolds()`. */
export const foldsSchema = optionsSchema<FoldsOptions>({
  folds: checkedElsewhere.optional(),
  seed: seedNumber.optional(),
});

/**
 * @param most the largest number of folds
 * @param what what that is the number of: "the number of examples"
 */
export function checkFolds(where: string, folds: number, most: number, what: string): void {
  const fits = accepts(
    (value) => Number.isInteger(value) && (value as number) >= 2 && (value as number) <= most,
    `a whole number from 2 to ${most}, ${what}`,
  );
  checkValue(where, "folds", folds, fits);
}

/** Deals examples out like cards: the i-th in the order given is scored in fold i mod `folds`, and fitted on in all others. */
export function dealFolds(order: Int32Array, folds: number): Fold[] {
  return Array.from({ length: folds }, (_, fold) => ({
    train: order.filter((_, i) => i % folds !== fold).sort(),
    validation: order.filter((_, i) => i % folds === fold).sort(),
  }));
}
