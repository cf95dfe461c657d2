import { extent as extentOf } from "d3-array";

/** Lowest and highest value of a list that has at least one. */
export const extent = (values: ArrayLike<number>): [low: number, high: number] =>
  extentOf(Array.from(values)) as [number, number];
