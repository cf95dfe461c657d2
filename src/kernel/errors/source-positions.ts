import type { SourceMapPayload } from "node:module";
import { SourceMap } from "node:module";

/** A place in a text, counted from 0. */
export interface Position {
  line: number;
  column: number;
}

/** Maps a place in compiled code to its place in the source; undefined for code that the compiler added. */
export type MapPosition = (position: Position) => Position | undefined;

const inlineMap = /\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/;

/** The source map that the compiler has put at the end of its output. */
export function inlineSourceMap(code: string): SourceMapPayload | undefined {
  const encoded = inlineMap.exec(code)?.[1];
  return encoded === undefined ? undefined : JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
}

/** Follows a place through the maps of several compiler stages, the last stage first. */
export function throughMaps(payloads: readonly SourceMapPayload[]): MapPosition {
  // Reading a map costs more than making it: most cells never fail, so it waits until a stack is shown.
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
