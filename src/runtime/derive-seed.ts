import { rng } from "./rng";

/** A seed made from another and a number: of 24 bits, as a float32 holds them, so that neighboring seeds share none in practice. */
export function deriveSeed(seed: number, index: number): number {
  const draw = rng(seed).fold(index).uniform([1]);
  const [value] = draw.dataSync();
  draw.dispose();
  return Math.floor((value as number) * 2 ** 24);
}
