// What elbo-lab offers, in reading order.

// Data
export { binarise } from "./datasets/binarise";
export type { ImageDataset, ImageSplit } from "./datasets/image-dataset";
export { type MnistOptions, mnist } from "./datasets/mnist";
export { type Bernoulli, type BernoulliOptions, bernoulli } from "./distributions/bernoulli";
export { type Beta, type BetaOptions, beta } from "./distributions/beta";
export { type Categorical, type CategoricalOptions, categorical } from "./distributions/categorical";
export {
  type ContinuousBernoulli,
  type ContinuousBernoulliOptions,
  continuousBernoulli,
} from "./distributions/continuous-bernoulli";
export { type Dirichlet, type DirichletOptions, dirichlet } from "./distributions/dirichlet";
export {
  type DiscretisedLogistic,
  type DiscretisedLogisticOptions,
  discretisedLogistic,
} from "./distributions/discretised-logistic";
// Distributions: log-densities and divergences in nats per example
export type { Distribution } from "./distributions/distribution";
export { type FullNormal, type FullNormalOptions, fullNormal } from "./distributions/full-normal";
export { type Gamma, type GammaOptions, gamma } from "./distributions/gamma";
export { kl, klPerDimension } from "./distributions/kl";
export { type Laplace, type LaplaceOptions, laplace } from "./distributions/laplace";
export { logSumExp } from "./distributions/log-sum-exp";
export { type Mixture, type MixtureOptions, mixture } from "./distributions/mixture";
export { monteCarloEntropy } from "./distributions/monte-carlo-entropy";
export { monteCarloKl } from "./distributions/monte-carlo-kl";
export { NoClosedFormError } from "./distributions/no-closed-form-error";
export { type Normal, type NormalOptions, normal } from "./distributions/normal";
export { type PerExample, perExample } from "./distributions/per-example";
export {
  type RelaxedCategorical,
  type RelaxedCategoricalOptions,
  relaxedCategorical,
} from "./distributions/relaxed-categorical";
export { sampledKl } from "./distributions/sampled-kl";
export { standardNormal } from "./distributions/standard-normal";
export { type Transformed, type TransformedOptions, transformed } from "./distributions/transformed";
export { type Uniform, type UniformOptions, uniform } from "./distributions/uniform";
// Training
// Training
export { type JitOptions, type JitOptions, type Jitted, type Jitted, jit, jit } from "./jit/jit";
export { withLearningRate, withLearningRate } from "./jit/learning-rate";
// Models
export {
  type BernoulliLikelihoodOptions,
  type BernoulliLikelihoodOptions,
  type BernoulliLikelihoodOptions,
  bernoulliLikelihood,
  bernoulliLikelihood,
  bernoulliLikelihood,
} from "./models/bernoulli-likelihood";
export { continuousBernoulliLikelihood } from "./models/continuous-bernoulli-likelihood";
export {
  type DiscretisedLogisticLikelihoodOptions,
  discretisedLogisticLikelihood,
} from "./models/discretised-logistic-likelihood";
export { type GaussianLikelihoodOptions, gaussianLikelihood } from "./models/gaussian-likelihood";
export { laplaceLikelihood } from "./models/laplace-likelihood";
// Models
export type { Likelihood, Likelihood } from "./models/likelihood";
export { type LogLikelihoodOptions, logLikelihood } from "./models/log-likelihood";
export {
  type SampleOptions,
  type SampleOptions,
  type Vae,
  type Vae,
  type VaeOptions,
  type VaeOptions,
  type VaeTerms,
  type VaeTerms,
  vae,
  vae,
} from "./models/vae";
// Networks
export { type DropoutOptions, dropout } from "./networks/dropout";
export { type GaussianNoiseOptions, gaussianNoise } from "./networks/gaussian-noise";
export { initialise } from "./networks/initialise";
export { type MlpOptions, mlp } from "./networks/mlp";
// Objectives: from terms per example to one number to minimise
export { type BetaElboOptions, betaElbo } from "./objectives/beta-elbo";
export { type CapacityElboOptions, capacityElbo } from "./objectives/capacity-elbo";
export { effectiveSampleSize } from "./objectives/effective-sample-size";
export { type ElboTerms, elbo } from "./objectives/elbo";
export { type FreeBitsOptions, freeBits } from "./objectives/free-bits";
export { importanceWeightedBound } from "./objectives/importance-weighted-bound";
export { type LogWeightTerms, logWeights } from "./objectives/log-weights";
export { type Loss, maximise, minimise } from "./objectives/loss";
export { type BatchMean, meanOverBatch } from "./objectives/mean-over-batch";
export { weightedSum } from "./objectives/weighted-sum";
// Figures
export * from "./plots";
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
