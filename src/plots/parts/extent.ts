import { extent as extentOf } from "d3-array";

/** Lowest and highest value of a list that is not empty. */
export const extent = (values: ArrayLike<number>): [low: number, high: number] =>
  extentOf(Array.from(values)) as [number, number];
