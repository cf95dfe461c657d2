import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { encode } from "fast-png";
import { applyPalette, quantize } from "gifenc";
import { background } from "./theme";

// Fonts come with the package, so that a picture does not depend on what the machine has installed.
const requireHere = createRequire(__filename);
const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) =>
  requireHere.resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

/** A drawn picture: PNG bytes and their size in picture pixels. */
export interface Raster {
  png: Uint8Array;
  width: number;
  height: number;
}

/**
 * Draws SVG text as PNG.
 * @param scale picture pixels per SVG unit; defaults to 2, sharp on a high-density screen
 * @param exact whether every color is kept, as pictures need; charts may be reduced to 256 colors. Defaults to false.
 */
export function renderPng(svg: string, scale = 2, exact = false): Raster {
  const { width, height, pixels } = new Resvg(svg, {
    background,
    fitTo: { mode: "zoom", value: scale },
    // Pixels of a digit stay squares.
    imageRendering: 1,
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "DejaVu Sans" },
  }).render();
  const size = { width, height };
  // One byte per pixel and a palette make a PNG half to two thirds as large as full color, and a committed notebook holds a dozen.
  // Most charts and pictures in gray have no more than 256 colors, so that nothing is lost.
  const few = indexed(pixels);
  if (few) return { png: encode({ ...size, ...few, channels: 1 }, compression), ...size };
  if (exact) return { png: encode({ ...size, data: withoutAlpha(pixels), channels: 3 }, compression), ...size };
  const palette = quantize(pixels, 256, { format: "rgb565" });
  const data = applyPalette(pixels, palette, "rgb565");
  return { png: encode({ ...size, data, channels: 1, palette }, compression), ...size };
}

const compression = { zlib: { level: 9 } } as const;

/** The greatest difference of a color channel, of 255, that a rare color may have from the one drawn in its place. */
const unseen = 5;

/**
 * The pixels as indices into a list of their colors: all of them, or the 256 most frequent where every other color is next to one
 * of these (a picture in 256 grays, and the smoothed edges of its labels). Undefined for more colors.
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

/** The greatest difference of two colors in a channel. */
function distance(a: number, b: number): number {
  const [one, other] = [channels(a), channels(b)];
  return Math.max(...one.map((value, i) => Math.abs(value - other[i]!)));
}

/** Red, green and blue of each pixel: the background leaves nothing transparent. */
function withoutAlpha(pixels: Uint8Array): Uint8Array {
  const data = new Uint8Array((pixels.length / 4) * 3);
  for (let i = 0; i < pixels.length / 4; i++) data.set(pixels.subarray(4 * i, 4 * i + 3), 3 * i);
  return data;
}
