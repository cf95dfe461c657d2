import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkWholeNumber } from "../runtime/check-value";
import { wholeNumber } from "../runtime/rules";
import { batchesBeforeLast, minimumTrainingBatch } from "./batch-length";

/** Options of `stepsPerEpoch()`. */
export interface StepsPerEpochOptions {
  /** Examples per step, as in `fit`; defaults to 128. */
  batchSize?: number;
  /** The fewest examples that the model can compute its loss from, at most `batchSize`; defaults to 1. */
  minimumBatch?: number;
}

const schema = optionsSchema<StepsPerEpochOptions>({
  batchSize: wholeNumber().optional(),
  minimumBatch: wholeNumber().optional(),
});

/**
 * The number of steps that `fit` takes in an epoch. A rest that is smaller than half a batch joins the batch before it, so that
 * 1,025 examples at batch size 128 are 8 steps, and 1,100 are 9. It converts a budget of steps into epochs:
 * `Math.ceil(steps / stepsPerEpoch(examples, { batchSize }))`.
 *
 * @throws ArgumentError for numbers that are not whole or below 1
 */
export function stepsPerEpoch(examples: number, options: StepsPerEpochOptions = {}): number {
  checkWholeNumber("stepsPerEpoch()", "examples", examples);
  checkOptions("stepsPerEpoch()", schema, options);
  const { batchSize = 128, minimumBatch = 1 } = options;
  return batchesBeforeLast(examples, batchSize, minimumTrainingBatch(batchSize, minimumBatch)) + 1;
}
