/** The two functions of gifenc 1.0 that are used here. The package has no types. */
declare module "gifenc" {
  type Color = [red: number, green: number, blue: number];
  type Format = "rgb565" | "rgb444" | "rgba4444";
  /** Finds a palette of at most `maxColors` colors for an RGBA picture. */
  export function quantize(rgba: Uint8Array, maxColors: number, options?: { format?: Format }): Color[];
  /** The index of the nearest palette color for each pixel of an RGBA picture. */
  export function applyPalette(rgba: Uint8Array, palette: Color[], format?: Format): Uint8Array;
}
