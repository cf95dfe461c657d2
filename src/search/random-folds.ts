import { ArgumentError } from "../runtime/argument-error";
import { rng } from "../runtime/rng";
import { dealFolds, type Fold, type FoldsOptions } from "./fold";

/**
 * Divides examples at random for K-fold cross-validation, into folds whose sizes differ by one at most. For classes, see
 * `stratifiedFolds()`.
 *
 * @param examples how many there are
 * @throws ArgumentError for fewer than two folds, and for more than there are examples
 */
export function randomFolds(examples: number, { folds = 5, seed = 0 }: FoldsOptions = {}): Fold[] {
  if (!(Number.isInteger(examples) && examples >= 2)) {
    throw new ArgumentError(where, "examples", examples, "a whole number of at least 2");
  }
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= examples)) {
    throw new ArgumentError(where, "folds", folds, `a whole number from 2 to ${examples}, the number of examples`);
  }
  const order = rng(seed).permutation(examples);
  const dealt = dealFolds(order.dataSync<"int32">(), folds);
  order.dispose();
  return dealt;
}

const where = "randomFolds()";
