import type { Spec } from "./figure";
import { background, fontFamily, ink } from "./theme";

/** The parts of a Plotly layout that give it the look of the other figures, on a light card. */
export function plotlyLayout(title: string | undefined): Spec {
  return {
    paper_bgcolor: background,
    plot_bgcolor: background,
    font: { family: fontFamily, size: 12, color: ink.text },
    ...(title === undefined ? {} : { title: { text: title, x: 0.03, font: { size: 16 } } }),
    margin: { l: 60, r: 20, t: title === undefined ? 20 : 56, b: 50 },
    legend: { itemsizing: "constant" },
  };
}

/** A Plotly axis in the colors of the other figures. */
export function plotlyAxis(title: string, range?: readonly [number, number]): Spec {
  return {
    title: { text: title },
    gridcolor: ink.grid,
    linecolor: ink.line,
    zeroline: false,
    ...(range ? { range } : {}),
  };
}
