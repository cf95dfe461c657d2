import { checkOptions } from "../runtime/check-options";
import { checkWholeNumber } from "../runtime/check-value";
import { readValues } from "../runtime/read-values";
import { rng } from "../runtime/rng";
import { checkFolds, dealFolds, type Fold, type FoldsOptions, foldsSchema } from "./fold";

/**
 * Splits examples at random for K-fold cross-validation. The sizes of the folds differ by at most one. For data with
 * classes, see `stratifiedFolds()`.
 *
 * @param examples the number of examples
 * @throws ArgumentError for fewer than two folds, and for more folds than examples
 */
export function randomFolds(examples: number, options: FoldsOptions = {}): Fold[] {
  checkWholeNumber(where, "examples", examples, 2);
  checkOptions(where, foldsSchema, options);
  const { folds = 5, seed = 0 } = options;
  checkFolds(where, folds, examples, "the number of examples");
  const order = readValues<"int32">(() => rng(seed).permutation(examples));
  return dealFolds(order, folds);
}

const where = "randomFolds()";
