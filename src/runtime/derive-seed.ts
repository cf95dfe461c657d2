import { readValues } from "./read-values";
import { rng } from "./rng";

/**
 * Derives a seed from another seed and an index. The result has 24 bits, so a float32 represents it exactly; in
 * practice, neighboring seeds never give the same one.
 */
export function deriveSeed(seed: number, index: number): number {
  const [value] = readValues(() => rng(seed).fold(index).uniform([1]));
  return Math.floor((value as number) * 2 ** 24);
}
