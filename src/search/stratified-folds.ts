import { checkOptions } from "../runtime/check-options";
import { type ClassLabels, readClassLabels } from "../runtime/class-labels";
import { rng } from "../runtime/rng";
import { shuffledByClass } from "../runtime/shuffled-by-class";
import { checkFolds, dealFolds, type Fold, type FoldsOptions, foldsSchema } from "./fold";

/**
 * Divides examples for K-fold cross-validation so that every fold has each class in its share (Kohavi 1995): the counts of a
 * class differ by one at most between folds, and so do the folds' sizes.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @throws ArgumentError for fewer than two folds, and for more than the rarest class has examples
 */
export function stratifiedFolds(labels: ClassLabels, options: FoldsOptions = {}): Fold[] {
  checkOptions(where, foldsSchema, options);
  const { folds = 5, seed = 0 } = options;
  const classes = shuffledByClass(readClassLabels(where, "labels", labels), rng(seed));
  const rarest = Math.min(...classes.map(({ indices }) => indices.length));
  checkFolds(where, folds, rarest, "the size of the rarest class");
  // One round of dealing through all classes: where one class ends the next goes on, so that no fold gets every remainder.
  const order = Int32Array.from(classes.flatMap(({ indices }) => [...indices]));
  return dealFolds(order, folds);
}

const where = "stratifiedFolds()";
