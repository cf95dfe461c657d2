export { type Bar, type BarChartOptions, barChart } from "./bar-chart";
export { type CalibrationCurveOptions, type CalibrationSeries, calibrationCurve } from "./calibration-curve";
export { type ConfusionMatrixOptions, confusionMatrix } from "./confusion-matrix";
export {
  type EffectiveSampleSizeHistogramOptions,
  type EffectiveSampleSizeSeries,
  effectiveSampleSizeHistogram,
} from "./effective-sample-size-histogram";
export type { Figure, Spec } from "./figure/figure";
export { type HeatMapOptions, heatMap } from "./heat-map";
export { type HistogramOptions, type HistogramSeries, histogram } from "./histogram";
export { type ImageGridOptions, imageGrid } from "./image-grid";
export { type InterpolationOptions, interpolation } from "./interpolation";
export { type LatentManifoldOptions, latentManifold } from "./latent-manifold";
export { type LatentScatterOptions, latentScatter } from "./latent-scatter";
export { type LatentScatter3dOptions, latentScatter3d } from "./latent-scatter-3d";
export { type LearningCurve, type LearningCurvesOptions, learningCurves } from "./learning-curves";
export { type LineChartOptions, type LineSeries, lineChart } from "./line-chart";
export { type LossCurveOptions, type LossRow, lossCurve } from "./loss-curve";
export { type ModelDiagramOptions, type ModelNode, type ModelNodeKind, modelDiagram } from "./model-diagram";
export type { Images } from "./parts/image-batch";
export type { ReferenceLine } from "./parts/reference-lines";
export { type PlateDiagramOptions, type PlateNodeKind, plateDiagram } from "./plate-diagram";
export { type PointChartOptions, type PointSeries, pointChart } from "./point-chart";
export { type RateDistortionOptions, type RateDistortionSeries, rateDistortion } from "./rate-distortion";
export { type ReconstructionsOptions, reconstructions } from "./reconstructions";
export { type SideBySideOptions, sideBySide } from "./side-by-side";
export { type AnimationFrame, type SliderAnimationOptions, sliderAnimation } from "./slider-animation";
export { type StackedBar, type StackedBarsOptions, stackedBars } from "./stacked-bars";
export { type TraversalsOptions, traversals } from "./traversals";
