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
 */
export function renderPng(svg: string, scale = 2): Raster {
  const { width, height, pixels } = new Resvg(svg, {
    background,
    fitTo: { mode: "zoom", value: scale },
    // Pixels of a digit stay squares.
    imageRendering: 1,
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "DejaVu Sans" },
  }).render();
  // A chart has few colors. A palette of 256 makes its PNG two to three times smaller than full color does, and a
  // committed notebook holds a dozen of them.
  const palette = quantize(pixels, 256, { format: "rgb565" });
  const data = applyPalette(pixels, palette, "rgb565");
  const png = encode({ width, height, data, channels: 1, palette }, { zlib: { level: 9 } });
  return { png, width, height };
}
