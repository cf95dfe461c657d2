import { ArgumentError } from "../runtime/argument-error";
import { listOf } from "../runtime/list-of";
import type { tf } from "../runtime/tensorflow";

/** One number per example: a float32 tensor [examples], or any list. */
export type Scores = tf.Tensor1D | ArrayLike<number>;

/**
 * Which examples are positives (anomalies): 1 or true for positives, 0 or false for others, as a list or an int32 or
 * boolean tensor [examples].
 */
export type Positives = tf.Tensor1D | ArrayLike<number | boolean>;

const numeric = ["float32", "int32", "bool"] as const;

/** The counts at one threshold, as thresholds go from the highest score to the lowest. */
export interface RankedStep {
  /** A score that occurs. All examples with at least this score are flagged. */
  readonly threshold: number;
  /** How many of the flagged examples are positives, and how many are not. */
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** Examples ranked by score. */
export interface Ranking {
  /** One step per distinct score, starting with the highest. Equal scores share a step. */
  readonly steps: readonly RankedStep[];
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Ranks examples by a score that should be higher for positives.
 *
 * @throws ArgumentError for scores that are not finite numbers, labels other than 0 and 1, lists of different lengths, and if
 *   positives or negatives are missing
 */
export function rankScores(where: string, scores: Scores, positives: Positives): Ranking {
  const values = readScores(where, scores);
  const kinds = readKinds(where, positives);
  if (kinds.length !== values.length) {
    throw new ArgumentError(where, "the length of positives", kinds.length, `${values.length}, one per score`);
  }
  const total = kinds.filter(Boolean).length;
  if (total === 0 || total === kinds.length) {
    throw new ArgumentError(
      where,
      "positives",
      `${total} of ${kinds.length} positives`,
      "a mix of positives and negatives",
    );
  }
  const order = Array.from(values.keys()).sort((a, b) => (values[b] as number) - (values[a] as number));
  const steps: RankedStep[] = [];
  let [truePositives, falsePositives] = [0, 0];
  order.forEach((index, rank) => {
    if (kinds[index]) truePositives++;
    else falsePositives++;
    const [threshold, next] = [values[index] as number, order[rank + 1]];
    if (next !== undefined && values[next] === threshold) return;
    steps.push({ threshold, truePositives, falsePositives });
  });
  return { steps, positives: total, negatives: kinds.length - total };
}

/** @throws ArgumentError unless there is at least one score and all are finite */
export function readScores(where: string, scores: Scores, argument = "scores"): Float64Array {
  const list = listOf(scores, numeric);
  if (list === undefined || list.length === 0) {
    throw new ArgumentError(where, argument, scores, "a tensor of shape [examples] or a list of numbers");
  }
  const values = Float64Array.from(list, Number);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return values;
  throw new ArgumentError(where, `${argument}[${bad}]`, list[bad], "a finite number");
}

function readKinds(where: string, positives: Positives): boolean[] {
  const list = listOf(positives, numeric);
  if (list === undefined || list.length === 0) {
    throw new ArgumentError(where, "positives", positives, "a tensor of shape [examples] or a list of 0 and 1");
  }
  return list.map((kind, i) => {
    if (kind === 1 || kind === true) return true;
    if (kind === 0 || kind === false) return false;
    throw new ArgumentError(where, `positives[${i}]`, kind, "1 or true for a positive, 0 or false for another");
  });
}
