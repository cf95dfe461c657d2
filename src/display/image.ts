import { readFileSync } from "node:fs";
import { ArgumentError } from "../runtime/argument-error";
import { type Displayable, displaySymbol } from "./mime-bundle";

/** Options of `image()`. */
export interface ImageOptions {
  /** What the picture shows, for readers who cannot see it; defaults to none. */
  alt?: string;
  /** The width on the page, in CSS pixels; defaults to the picture's own. */
  width?: number;
  /** The height on the page, in CSS pixels; defaults to the picture's own. */
  height?: number;
}

/** The first bytes of the formats that notebooks show. `?` stands for any byte. */
const signatures = [
  ["image/png", "\x89PNG"],
  ["image/jpeg", "\xff\xd8\xff"],
  ["image/gif", "GIF8"],
  ["image/webp", "RIFF????WEBP"],
] as const;

/**
 * A value that a notebook shows as a picture.
 *
 * @param source the bytes of a PNG, JPEG, GIF, WebP or SVG file, or its path
 * @throws ArgumentError for other bytes; an error of Node's file system for a path that cannot be read
 */
export function image(source: Uint8Array | ArrayBuffer | string, options: ImageOptions = {}): Displayable {
  const bytes = bytesOf(source);
  const type = typeOf(bytes);
  if (type === undefined) {
    const start = Buffer.from(bytes.subarray(0, 8)).toString("hex");
    throw new ArgumentError(
      "image()",
      "source",
      typeof source === "string" ? source : `${bytes.length} bytes that begin with ${start}`,
      "a PNG, JPEG, GIF, WebP or SVG file",
    );
  }
  const datum = type === "image/svg+xml" ? Buffer.from(bytes).toString("utf8") : bytes;
  const text = options.alt ?? `a picture (${type}, ${bytes.length} bytes)`;
  return {
    [displaySymbol]: () => ({ data: { [type]: datum, "text/plain": text }, metadata: { [type]: { ...options } } }),
  };
}

function bytesOf(source: unknown): Uint8Array {
  if (typeof source === "string") return readFileSync(source);
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  throw new ArgumentError("image()", "source", source, "the bytes of a picture, or the path of a file");
}

function typeOf(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 1024)).toString("latin1");
  const found = signatures.find(([, signature]) =>
    [...signature].every((char, i) => char === "?" || start[i] === char),
  );
  return found?.[0] ?? (/^\s*(<\?xml[\s\S]*)?(<!--[\s\S]*-->\s*)?<svg[\s>]/.test(start) ? "image/svg+xml" : undefined);
}
