import { SourceMap, type SourceMapPayload } from "node:module";
import type { Position } from "./source-positions";

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * The positions in compiled code, in order, that have a source. A line that a compiler stage has added, or the added
 * beginning of a line, has none.
 *
 * @param payloads The source maps of the compiler stages, starting with the last stage.
 */
export function generatedPositions([last, ...earlier]: readonly SourceMapPayload[]): Position[] {
  if (last === undefined) return [];
  const map = new SourceMap(last);
  const maps = earlier.map((payload) => new SourceMap(payload));
  return entriesOf(last).filter(({ line, column }) => {
    let at: Position | undefined = originOf(map, { line, column });
    for (const each of maps) at = at && originOf(each, at);
    return at !== undefined;
  });
}

/** Where a position comes from, if its own line has an entry at or before it. */
function originOf(map: SourceMap, { line, column }: Position): Position | undefined {
  const entry = map.findEntry(line, column);
  if (!("originalLine" in entry) || entry.originalLine === undefined || entry.generatedLine !== line) return undefined;
  return { line: entry.originalLine, column: entry.originalColumn };
}

/** The positions for which a source map has an entry. */
function entriesOf({ mappings }: SourceMapPayload): Position[] {
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
