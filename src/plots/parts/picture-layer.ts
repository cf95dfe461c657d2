import type { Spec } from "../figure/figure";

/** A Vega-Lite layer that draws one picture in the upper left corner of the plotting area. */
export function pictureLayer(url: string, width: number, height: number): Spec {
  return {
    data: { values: [{}] },
    mark: { type: "image", url, width, height, align: "left", baseline: "top", aspect: false },
    encoding: { x: { value: 0 }, y: { value: 0 } },
  };
}
