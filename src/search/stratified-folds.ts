import { checkOptions } from "../runtime/check-options";
import { type ClassLabels, readClassLabels } from "../runtime/class-labels";
import { rng } from "../runtime/rng";
import { shuffledByClass } from "../runtime/shuffled-by-class";
import { checkFolds, dealFolds, type Fold, type FoldsOptions, foldsSchema } from "./fold";

/**
 * Splits examples into stratified folds for K-fold cross-validation (Kohavi 1995). Between folds, the counts of each class
 * differ by at most one, and so do the sizes of the folds.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @throws ArgumentError for fewer than two folds, and for more folds than the rarest class has examples
 */
export function stratifiedFolds(labels: ClassLabels, options: FoldsOptions = {}): Fold[] {
  checkOptions(where, foldsSchema, options);
  const { folds = 5, seed = 0 } = options;
  const classes = shuffledByClass(readClassLabels(where, "labels", labels), rng(seed));
  const rarest = Math.min(...classes.map(({ indices }) => indices.length));
  checkFolds(where, folds, rarest, "the size of the rarest class");
  // Deals all classes in one round: each class continues where the previous one ended, so the remainders do not all go to
  // the same fold.
  const order = Int32Array.from(classes.flatMap(({ indices }) => [...indices]));
  return dealFolds(order, folds);
}

const where = "stratifiedFolds()";
