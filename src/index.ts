// What elbo-lab offers, in reading order.

export type { ImageDataset, ImageSplit } from "./datasets/image-dataset";
export { type MnistOptions, mnist } from "./datasets/mnist";
export { type BernoulliLikelihoodOptions, bernoulliLikelihood } from "./models/bernoulli-likelihood";
export type { Likelihood } from "./models/likelihood";
export { type SampleOptions, type Vae, type VaeOptions, type VaeTerms, vae } from "./models/vae";
export { type MlpOptions, mlp } from "./networks/mlp";
export { ArgumentError } from "./runtime/argument-error";
export { type Rng, rng } from "./runtime/rng";
export { tf } from "./runtime/tensorflow";
export { type EvaluateOptions, evaluate } from "./training/evaluate";
export { fit } from "./training/fit";
export type { FitOptions } from "./training/fit-options";
export { History, type HistoryRow } from "./training/history";
export { NonFiniteError } from "./training/non-finite-error";
export {
  constant,
  cosineDecay,
  cyclicalWarmup,
  linearWarmup,
  type Schedule,
  type SchedulePoint,
} from "./training/schedules";
export type { Batch, Phase, StepContext, StepResult, Trainable } from "./training/trainable";
