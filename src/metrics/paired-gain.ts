import { ArgumentError } from "../runtime/argument-error";
import { mean } from "./mean";
import { stdDev } from "./std-dev";

/** How much one method gains over another in runs that differ in nothing else. */
export interface PairedGain {
  /** Mean of the differences, in the unit of the values. */
  readonly mean: number;
  /** Standard deviation of the differences. */
  readonly stdDev: number;
  /** Standard error of the mean: stdDev / √n; 0 for one pair. */
  readonly standardError: number;
  /** In how many pairs the method is ahead. */
  readonly wins: number;
  /** The number of pairs. */
  readonly count: number;
}

/**
 * Compares two methods in pairs of runs with the same seed, fold or data. What such a pair has in common cancels in the
 * difference, so the mean difference is far more certain than the difference of two means suggests.
 *
 * @param values results of the method, one for each seed
 * @param baseline results of the method it is compared with, in the same order
 * @throws ArgumentError for lists that are empty, of different length or not finite
 */
export function pairedGain(values: ArrayLike<number>, baseline: ArrayLike<number>): PairedGain {
  if (values?.length !== baseline?.length) {
    throw new ArgumentError("pairedGain()", "baseline", baseline, `as many numbers as values (${values?.length})`);
  }
  const gains = Array.from(values, (value, i) => value - (baseline[i] as number));
  const spread = stdDev(gains);
  return {
    mean: mean(gains),
    stdDev: spread,
    standardError: spread / Math.sqrt(gains.length),
    wins: gains.filter((gain) => gain > 0).length,
    count: gains.length,
  };
}
