/**
 * The look of every figure. A figure has its own light card (background and padding), so it looks the same on a light
 * page and on a dark page. Every color is set here, because JupyterLab's dark mode fills in colors that a spec omits.
 */
export const ink = { text: "#1f2328", muted: "#57606a", line: "#8c959f", grid: "#e7eaee", missing: "#e3e3e3" } as const;

/** The card behind every figure. */
export const background = "#ffffff";

/** Space between the card's edge and the figure, in pixels. */
export const padding = 16;

/** DejaVu Sans comes with the package and is used for the static picture. In a browser, Verdana has nearly the same metrics. */
export const fontFamily = "DejaVu Sans, Verdana, sans-serif";

/**
 * Ten colors, in order of use, that color-blind readers can distinguish: the ten-color sequence of Petroff (2021),
 * "Accessible color sequences for data visualization", arXiv:2107.02270.
 */
export const categorical = [
  "#3f90da",
  "#ffa90e",
  "#bd1f01",
  "#94a4a2",
  "#832db6",
  "#a96b59",
  "#e76300",
  "#b9ac70",
  "#717581",
  "#92dadd",
] as const;

/** The scheme for magnitudes: perceptually uniform, and readable in gray. */
export const sequential = "viridis";

/** The scheme for signed values around zero. */
export const diverging = "blueorange";

/** The Vega-Lite `config` of every figure. */
export const config = {
  font: fontFamily,
  style: {
    "guide-label": { fill: ink.text, font: fontFamily, fontSize: 11 },
    "guide-title": { fill: ink.text, font: fontFamily, fontSize: 12, fontWeight: "normal" },
  },
  title: {
    anchor: "start",
    color: ink.text,
    font: fontFamily,
    fontSize: 15,
    fontWeight: "bold",
    subtitleColor: ink.muted,
    subtitleFont: fontFamily,
    subtitleFontSize: 12,
    offset: 12,
  },
  axis: {
    domainColor: ink.line,
    tickColor: ink.line,
    gridColor: ink.grid,
    labelColor: ink.text,
    titleColor: ink.text,
    titlePadding: 8,
    labelSeparation: 4,
    labelFlush: false,
  },
  header: { labelColor: ink.text, titleColor: ink.text, labelFontSize: 12 },
  legend: { labelColor: ink.text, titleColor: ink.text, labelLimit: 240, symbolStrokeWidth: 2.5 },
  view: { stroke: null },
  mark: { color: categorical[0] },
  range: { category: categorical },
  line: { strokeWidth: 2.25 },
  scale: { barBandPaddingInner: 0.3 },
  text: { font: fontFamily, fontSize: 11, color: ink.text },
} as const;
