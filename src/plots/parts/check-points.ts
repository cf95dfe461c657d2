import { ArgumentError } from "../../runtime/argument-error";
import { checkLength, checkNotEmpty, checkNumbers, type Numbers } from "./check";
import { roundToScreen } from "./round-to-screen";

/** Points as columns, rounded to the precision of a screen. */
export interface Points {
  /** One list of n numbers for each dimension. */
  coordinates: number[][];
  /** The class of each point, if it has one. */
  labels: (string | number)[] | undefined;
  /** The distinct classes, sorted. */
  classes: (string | number)[];
}

/**
 * Checks points and their classes, and rounds the coordinates to a thousandth of their range.
 * @param points n lists of `dimensions` numbers, or a flat list of n · `dimensions` numbers
 * @param labels [n], or undefined
 */
export function checkPoints(
  where: string,
  points: Numbers | readonly Numbers[],
  dimensions: number,
  labels: ArrayLike<string | number> | undefined,
): Points {
  checkNotEmpty(where, "points", points);
  const flat = checkNumbers(where, "points", flatten(where, points, dimensions));
  const count = flat.length / dimensions;
  if (!Number.isInteger(count)) {
    throw new ArgumentError(where, "the length of points", flat.length, `a multiple of ${dimensions}`);
  }
  if (labels) checkLength(where, "labels", labels, count, "point");
  const coordinates = Array.from({ length: dimensions }, (_, d) =>
    roundToScreen(Array.from({ length: count }, (_, i) => flat[i * dimensions + d]!)),
  );
  const known = labels && Array.from(labels);
  return { coordinates, labels: known, classes: [...new Set(known)].sort(inOrder) };
}

function flatten(where: string, points: Numbers | readonly Numbers[], dimensions: number): Numbers {
  if (typeof points[0] === "number") return points as Numbers;
  return (points as readonly Numbers[]).flatMap((point, i) => {
    if (point?.length !== dimensions) {
      throw new ArgumentError(where, `points[${i}]`, point, `a list of ${dimensions} numbers`);
    }
    return Array.from(point);
  });
}

function inOrder(a: string | number, b: string | number): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}
