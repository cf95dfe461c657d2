export type { Figure, Spec } from "./figure";
export { type ImageGridOptions, imageGrid } from "./image-grid";
export { type LatentScatterOptions, latentScatter } from "./latent-scatter";
export { type LineChartOptions, type LineSeries, lineChart } from "./line-chart";
export { type LossCurveOptions, type LossRow, lossCurve } from "./loss-curve";
export { type SideBySideOptions, sideBySide } from "./side-by-side";
