import { checkOptions } from "../runtime/check-options";
import { checkWholeNumber } from "../runtime/check-value";
import { rng } from "../runtime/rng";
import { checkFolds, dealFolds, type Fold, type FoldsOptions, foldsSchema } from "./fold";

/**
 * Divides examples at random for K-fold cross-validation, into folds whose sizes differ by one at most. For classes, see
 * `stratifiedFolds()`.
 *
 * @param examples how many there are
 * @throws ArgumentError for fewer than two folds, and for more than there are examples
 */
export function randomFolds(examples: number, options: FoldsOptions = {}): Fold[] {
  checkWholeNumber(where, "examples", examples, 2);
  checkOptions(where, foldsSchema, options);
  const { folds = 5, seed = 0 } = options;
  checkFolds(where, folds, examples, "the number of examples");
  const order = rng(seed).permutation(examples);
  const dealt = dealFolds(order.dataSync<"int32">(), folds);
  order.dispose();
  return dealt;
}

const where = "randomFolds()";
