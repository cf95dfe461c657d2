import { mean as meanOf } from "d3-array";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/** Codes and the factors they should represent, stored by column, so that metrics cannot confuse the two indices. */
export interface CodesAndFactors {
  /** codes[j][i] is dimension j of example i. */
  codes: number[][];
  /** factors[k][i] is the value of factor k in example i: 0, 1, …, in ascending order of the original values. */
  factors: number[][];
  /** The number of values of each factor. */
  sizes: number[];
  /** The number of examples. */
  size: number;
}

/**
 * Reads and checks the arguments of the disentanglement metrics.
 *
 * @param codes float32 [examples, latentDim], finite
 * @param factors int32 [examples, factors], each factor with two or more values
 */
export function codesAndFactors(where: string, codes: tf.Tensor2D, factors: tf.Tensor2D): CodesAndFactors {
  if (!isTable(codes) || codes.dtype !== "float32" || codes.shape[0] < 2 || codes.shape[1] < 1) {
    throw new ArgumentError(where, "codes", codes, "a float32 tensor of shape [examples, latent], 2 examples or more");
  }
  if (!isTable(factors) || factors.dtype !== "int32" || factors.shape[0] !== codes.shape[0] || factors.shape[1] < 1) {
    throw new ArgumentError(where, "factors", factors, `an int32 tensor of shape [${codes.shape[0]}, factors]`);
  }
  const [codeColumns, factorColumns] = tf.tidy(() => [
    tf.transpose(codes).arraySync() as number[][],
    tf.transpose(factors).arraySync() as number[][],
  ]) as [number[][], number[][]];
  for (const column of codeColumns) {
    const broken = column.find((value) => !Number.isFinite(value));
    if (broken !== undefined) throw new ArgumentError(where, "codes", broken, "finite numbers");
  }
  const values = factorColumns.map((column) => [...new Set(column)].sort((a, b) => a - b));
  const single = values.findIndex((found) => found.length < 2);
  if (single >= 0) {
    throw new ArgumentError(where, `factors[:, ${single}]`, values[single], "a factor of two values or more");
  }
  const ranks = values.map((found) => new Map(found.map((value, rank) => [value, rank])));
  return {
    codes: codeColumns,
    factors: factorColumns.map((column, k) => column.map((value) => ranks[k]?.get(value) as number)),
    sizes: values.map((found) => found.length),
    size: codes.shape[0],
  };
}

function isTable(value: unknown): value is tf.Tensor2D {
  return value instanceof tf.Tensor && !value.isDisposed && value.rank === 2;
}

/** The two largest numbers; the second is 0 if there is only one number. */
export function topTwo(numbers: readonly number[]): [number, number] {
  const [first = 0, second = 0] = [...numbers].sort((a, b) => b - a);
  return [first, second];
}

export const mean = (numbers: readonly number[]): number => meanOf(numbers) as number;

/** The mean of (x − mean)². */
export function variance(numbers: readonly number[]): number {
  const center = mean(numbers);
  return mean(numbers.map((x) => (x - center) ** 2));
}

/** Checks the columns of unordered factors. */
export function checkCategorical(where: string, categorical: readonly number[], factors: number): void {
  const fits = Array.isArray(categorical) && categorical.every((k) => Number.isInteger(k) && k >= 0 && k < factors);
  if (!fits) throw new ArgumentError(where, "categorical", categorical, `columns of factors, from 0 to ${factors - 1}`);
}
