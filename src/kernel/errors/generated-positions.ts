import type { SourceMapPayload } from "node:module";
import type { Position } from "./source-positions";

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The positions in compiled code for which its source map has an entry, in order. */
export function generatedPositions({ mappings }: SourceMapPayload): Position[] {
  return mappings.split(";").flatMap((segments, line) => {
    let column = 0;
    return segments === ""
      ? []
      : segments.split(",").map((segment) => {
          column += firstNumber(segment);
          return { line, column };
        });
  });
}

/** The first number of a segment, in base 64 VLQ: the distance in columns from the segment before it. */
function firstNumber(segment: string): number {
  let value = 0;
  for (let i = 0, shift = 0; i < segment.length; i++, shift += 5) {
    const digit = digits.indexOf(segment.charAt(i));
    value |= (digit & 31) << shift;
    if (digit < 32) break; // The sixth bit says that the number continues.
  }
  return value & 1 ? -(value >>> 1) : value >>> 1;
}
