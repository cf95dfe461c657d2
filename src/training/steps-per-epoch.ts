import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkWholeNumber } from "../runtime/check-value";
import { wholeNumber } from "../runtime/rules";
import { batchesBeforeLast, minimumTrainingBatch } from "./batch-length";

/** Options of `stepsPerEpoch()`. */
export interface StepsPerEpochOptions {
  /** The number of examples per step, as in `fit`; defaults to 128. */
  batchSize?: number;
  /** The smallest batch for which the model can compute its loss, at most `batchSize`; defaults to 1. */
  minimumBatch?: number;
}

const schema = optionsSchema<StepsPerEpochOptions>({
  batchSize: wholeNumber().optional(),
  minimumBatch: wholeNumber().optional(),
});

/**
 * The number of steps that `fit` takes in an epoch. If fewer than half a batch remain at the end of an epoch, they are merged
 * into the batch before. So with batch size 128, an epoch of 1,025 examples has 8 steps, and an epoch of 1,100 examples has 9.
 *
 * Use it to convert a budget of steps into epochs: `Math.ceil(steps / stepsPerEpoch(examples, { batchSize }))`.
 *
 * @throws ArgumentError for values that are not whole numbers of at least 1, and for a `minimumBatch` above `batchSize`
 */
export function stepsPerEpoch(examples: number, options: StepsPerEpochOptions = {}): number {
  checkWholeNumber("stepsPerEpoch()", "examples", examples);
  checkOptions("stepsPerEpoch()", schema, options);
  const { batchSize = 128, minimumBatch = 1 } = options;
  if (minimumBatch > batchSize) {
    throw new ArgumentError("stepsPerEpoch()", "minimumBatch", minimumBatch, `at most the batch size, ${batchSize}`);
  }
  return batchesBeforeLast(examples, batchSize, minimumTrainingBatch(batchSize, minimumBatch)) + 1;
}
