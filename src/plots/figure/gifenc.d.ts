/** The two functions of gifenc 1.0 that are used here; the package brings no types. */
declare module "gifenc" {
  type Color = [red: number, green: number, blue: number];
  type Format = "rgb565" | "rgb444" | "rgba4444";
  /** Finds at most `maxColors` colors that stand for those of an RGBA picture. */
  export function quantize(rgba: Uint8Array, maxColors: number, options?: { format?: Format }): Color[];
  /** The index of the nearest color, for each pixel of an RGBA picture. */
  export function applyPalette(rgba: Uint8Array, palette: Color[], format?: Format): Uint8Array;
}
