import type { SourceMapPayload } from "node:module";
import { SourceMap } from "node:module";

/** A position in a text, counted from 0. */
export interface Position {
  line: number;
  column: number;
}

/** Maps a position in compiled code to its position in the source; undefined for code that the compiler added. */
export type MapPosition = (position: Position) => Position | undefined;

const inlineMap = /\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/;

/** The source map at the end of the compiler's output. */
export function inlineSourceMap(code: string): SourceMapPayload | undefined {
  const encoded = inlineMap.exec(code)?.[1];
  return encoded === undefined ? undefined : JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
}

/** Maps a position through the source maps of several compiler stages, starting with the last stage. */
export function throughMaps(payloads: readonly SourceMapPayload[]): MapPosition {
  // Parsing a map is slow and most cells never fail, so the maps are parsed only when a stack trace is shown.
  let maps: SourceMap[] | undefined;
  return (position) => {
    maps ??= payloads.map((payload) => new SourceMap(payload));
    let at: Position | undefined = position;
    for (const map of maps) {
      const entry = map.findEntry(at.line, at.column);
      if (!("originalLine" in entry) || entry.originalLine === undefined) return undefined;
      at = { line: entry.originalLine, column: entry.originalColumn };
    }
    return at;
  };
}
