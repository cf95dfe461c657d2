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

/** Deals examples out like cards: the i-th in the order given is scored in fold i mod `folds`, and fitted on in all others. */
export function dealFolds(order: Int32Array, folds: number): Fold[] {
  return Array.from({ length: folds }, (_, fold) => ({
    train: order.filter((_, i) => i % folds !== fold).sort(),
    validation: order.filter((_, i) => i % folds === fold).sort(),
  }));
}
