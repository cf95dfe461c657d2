import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { encode } from "fast-png";
import { applyPalette, quantize } from "gifenc";
import { background } from "./theme";

// The fonts are part of the package, so pictures do not depend on the fonts of the machine.
const requireHere = createRequire(__filename);
const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) =>
  requireHere.resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

/** A rendered picture: PNG bytes, and its size in pixels. */
export interface Raster {
  png: Uint8Array;
  width: number;
  height: number;
}

/**
 * Renders SVG text as PNG.
 * @param scale image pixels per SVG unit; defaults to 2, which is sharp on a high-density screen
 * @param exact whether to keep every color, as pictures need; charts may be reduced to 256 colors. Defaults to false.
 */
export function renderPng(svg: string, scale = 2, exact = false): Raster {
  const { width, height, pixels } = new Resvg(svg, {
    background,
    fitTo: { mode: "zoom", value: scale },
    // The pixels of a digit stay square.
    imageRendering: 1,
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "DejaVu Sans" },
  }).render();
  const size = { width, height };
  // With a palette and one byte per pixel, a PNG is half to two thirds the size of a full-color one, and a committed
  // notebook contains a dozen. Most charts and gray pictures have at most 256 colors, so nothing is lost.
  const few = indexed(pixels);
  if (few) return { png: encode({ ...size, ...few, channels: 1 }, compression), ...size };
  if (exact) return { png: encode({ ...size, data: withoutAlpha(pixels), channels: 3 }, compression), ...size };
  const palette = quantize(pixels, 256, { format: "rgb565" });
  const data = applyPalette(pixels, palette, "rgb565");
  return { png: encode({ ...size, data, channels: 1, palette }, compression), ...size };
}

const compression = { zlib: { level: 9 } } as const;

/** The largest difference per color channel (0 to 255) between a rare color and its replacement. */
const unseen = 5;

/**
 * The pixels as indices into a palette. The palette has all colors, or the 256 most frequent ones if every other color is close
 * to one of them (such as a picture with 256 grays and the smoothed edges of its labels). Undefined if there are too many colors.
 */
function indexed(pixels: Uint8Array): { data: Uint8Array; palette: Color[] } | undefined {
  const colors = Uint32Array.from({ length: pixels.length / 4 }, (_, i) => colorAt(pixels, 4 * i));
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  if (counts.size > 4 * 256) return undefined;
  const ordered = [...counts].sort(([, a], [, b]) => b - a).map(([color]) => color);
  const kept = ordered.slice(0, 256);
  const indices = new Map(kept.map((color, index) => [color, index]));
  for (const color of ordered.slice(256)) {
    const near = kept.findIndex((other) => distance(color, other) <= unseen);
    if (near < 0) return undefined;
    indices.set(color, near);
  }
  return { data: Uint8Array.from(colors, (color) => indices.get(color)!), palette: kept.map(channels) };
}

type Color = [red: number, green: number, blue: number];

const colorAt = (pixels: Uint8Array, i: number): number => (pixels[i]! << 16) | (pixels[i + 1]! << 8) | pixels[i + 2]!;

const channels = (color: number): Color => [color >> 16, (color >> 8) & 255, color & 255];

/** The largest difference between two colors in one channel. */
function distance(a: number, b: number): number {
  const [one, other] = [channels(a), channels(b)];
  return Math.max(...one.map((value, i) => Math.abs(value - other[i]!)));
}

/** Red, green and blue of each pixel. The background is opaque, so alpha is not needed. */
function withoutAlpha(pixels: Uint8Array): Uint8Array {
  const data = new Uint8Array((pixels.length / 4) * 3);
  for (let i = 0; i < pixels.length / 4; i++) data.set(pixels.subarray(4 * i, 4 * i + 3), 3 * i);
  return data;
}
