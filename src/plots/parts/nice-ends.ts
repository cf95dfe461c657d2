import type { Spec } from "../figure/figure";

/**
 * Scale properties that make an axis begin and end at a labeled tick. Vega-Lite rounds a domain to ten steps but
 * draws a tick every 40 pixels, which may leave the ends without one.
 * @param pixels the length of the axis
 */
export function niceEnds(pixels: number, type: "linear" | "log" = "linear"): Spec {
  return { nice: type === "linear" ? Math.ceil(pixels / 40) : true };
}
