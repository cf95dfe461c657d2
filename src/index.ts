// What elbo-lab offers, in reading order.
export { tf } from "./runtime/tensorflow";
export { type Rng, rng } from "./runtime/rng";
export { ArgumentError } from "./runtime/argument-error";
export { toNumber } from "./runtime/to-number";
export { takeRows } from "./runtime/take-rows";
export { fixedNoise } from "./runtime/fixed-noise";

// Data
export { mnist, type MnistOptions } from "./datasets/mnist";
export { fashionMnist, type FashionMnistOptions } from "./datasets/fashion-mnist";
export { type CarNumbers, type Cars, cars } from "./datasets/cars";
export { type Standardizer, standardizer } from "./preprocessing/tables/standardizer";
export { spamAssassin, type SpamAssassin, type SpamAssassinOptions, type TextSplit } from "./datasets/spam-assassin";
export { symbolTokens, tokenize } from "./preprocessing/text/tokenize";
export { type Text, type Vocabulary, type VocabularyOptions, vocabulary } from "./preprocessing/text/vocabulary";
export { wordCounts } from "./preprocessing/text/word-counts";
export { type TfIdf, type TfIdfOptions, tfIdf } from "./preprocessing/text/tf-idf";
export {
  sequenceIds,
  sequenceSymbols,
  sequenceTexts,
  type WordSequencesOptions,
  wordSequences,
} from "./preprocessing/text/word-sequences";
export {
  type Neighbor,
  type WordVectors,
  type WordVectorsOptions,
  wordVectors,
} from "./preprocessing/text/word-vectors";
export type { ImageDataset, ImageSplit } from "./datasets/files/image-dataset";
export { type Sprites, type SpritesOptions, sprites } from "./datasets/sprites";
export { type Blobs, type BlobsOptions, blobs } from "./datasets/blobs";
export { type BreastCancer, breastCancer } from "./datasets/breast-cancer";
export { binarize } from "./preprocessing/images/binarize";
export {
  type Labeled,
  type Paired,
  pairWithLabeled,
  type PairWithLabeledOptions,
} from "./preprocessing/labels/pair-with-labeled";
export { type StratifiedSubsetOptions, stratifiedSubset } from "./preprocessing/labels/stratified-subset";
export { overSample, type OverSampleOptions } from "./preprocessing/labels/over-sample";
export { underSample, type UnderSampleOptions } from "./preprocessing/labels/under-sample";
export { classWeights } from "./preprocessing/labels/class-weights";
export { flipLabels, type FlipLabelsOptions } from "./preprocessing/labels/flip-labels";
export { addNoise, type AddNoiseOptions } from "./preprocessing/images/add-noise";
export { type MutatePixelsOptions, mutatePixels } from "./preprocessing/images/mutate-pixels";
export { medianFilter, type MedianFilterOptions } from "./preprocessing/images/median-filter";
export { resizeBicubic } from "./preprocessing/images/resize-bicubic";
export { addOutliers, type AddOutliersOptions, type WithOutliers } from "./preprocessing/tables/add-outliers";
export type { ClassLabels } from "./runtime/class-labels";

// Distributions: log-densities and divergences in nats per example
export type { Distribution } from "./distributions/distribution";
export { normal, type Normal, type NormalOptions } from "./distributions/normal";
export { standardNormal } from "./distributions/standard-normal";
export { fullNormal, type FullNormal, type FullNormalOptions } from "./distributions/full-normal";
export { laplace, type Laplace, type LaplaceOptions } from "./distributions/laplace";
export { bernoulli, type Bernoulli, type BernoulliOptions } from "./distributions/bernoulli";
export {
  continuousBernoulli,
  type ContinuousBernoulli,
  type ContinuousBernoulliOptions,
} from "./distributions/continuous-bernoulli";
export {
  discretizedLogistic,
  type DiscretizedLogistic,
  type DiscretizedLogisticOptions,
} from "./distributions/discretized-logistic";
export { categorical, type Categorical, type CategoricalOptions } from "./distributions/categorical";
export { multinomial, type Multinomial, type MultinomialOptions } from "./distributions/multinomial";
export {
  relaxedCategorical,
  type RelaxedCategorical,
  type RelaxedCategoricalOptions,
} from "./distributions/relaxed-categorical";
export { mixture, type Mixture, type MixtureOptions } from "./distributions/mixture";
export { uniform, type Uniform, type UniformOptions } from "./distributions/uniform";
export { gamma, type Gamma, type GammaOptions } from "./distributions/gamma";
export { beta, type Beta, type BetaOptions } from "./distributions/beta";
export { dirichlet, type Dirichlet, type DirichletOptions } from "./distributions/dirichlet";
export { transformed, type Transformed, type TransformedOptions } from "./distributions/transformed";
export type { Bijector } from "./distributions/bijectors/bijector";
export { affineBijector, type AffineOptions } from "./distributions/bijectors/affine";
export { expBijector } from "./distributions/bijectors/exp";
export { softplusBijector } from "./distributions/bijectors/softplus";
export { sigmoidBijector } from "./distributions/bijectors/sigmoid";
export { tanhBijector } from "./distributions/bijectors/tanh";
export { planarBijector, type PlanarOptions } from "./distributions/bijectors/planar";
export { chainBijector } from "./distributions/bijectors/chain";
export { kl, klPerDimension } from "./distributions/kl";
export { sampledKl } from "./distributions/sampled-kl";
export { monteCarloKl } from "./distributions/monte-carlo-kl";
export { monteCarloEntropy } from "./distributions/monte-carlo-entropy";
export { NoClosedFormError } from "./distributions/no-closed-form-error";
export { logSumExp } from "./distributions/log-sum-exp";
export { type PerExample, perExample } from "./distributions/per-example";

// Objectives: from terms per example to one number to minimize
export { elbo, type ElboTerms } from "./objectives/elbo";
export { betaElbo, type BetaElboOptions } from "./objectives/beta-elbo";
export { capacityElbo, type CapacityElboOptions } from "./objectives/capacity-elbo";
export { freeBits, type FreeBitsOptions } from "./objectives/free-bits";
export { importanceWeightedBound } from "./objectives/importance-weighted-bound";
export { logWeights, type LogWeightTerms } from "./objectives/log-weights";
export { effectiveSampleSize } from "./objectives/effective-sample-size";
export {
  maximumMeanDiscrepancy,
  type MaximumMeanDiscrepancyOptions,
} from "./objectives/maximum-mean-discrepancy";
export {
  type MinibatchRateOptions,
  type MinibatchRateParts,
  minibatchRateDecomposition,
} from "./objectives/minibatch-rate-decomposition";
export { weightedSum } from "./objectives/weighted-sum";
export { type BatchMean, meanOverBatch } from "./objectives/mean-over-batch";
export { type Loss, maximize, minimize } from "./objectives/loss";

// Networks
export { mlp, type MlpOptions } from "./networks/mlp";
export { convEncoder, type ConvEncoderOptions } from "./networks/conv-encoder";
export { convDecoder, type ConvDecoderOptions } from "./networks/conv-decoder";
export type { ConvNetworkOptions } from "./networks/conv-network";
export { dropout, type DropoutOptions } from "./networks/dropout";
export { gaussianNoise, type GaussianNoiseOptions } from "./networks/gaussian-noise";
export { wordDropout, type WordDropoutOptions } from "./networks/word-dropout";
export { wordEncoder, type WordEncoderOptions } from "./networks/word-encoder";
export type { WordNetworkSizes } from "./networks/word-network";
export { wordDecoder, type WordDecoderOptions } from "./networks/word-decoder";
export { logCounts } from "./networks/log-counts";
export { freeze, unfreeze } from "./networks/freeze";
export { initialize } from "./networks/initialize";

// Models
export { vae, type Bound, type ObjectiveTerms, type Vae, type VaeOptions, type VaeTerms } from "./models/vae";
export { autoencoder, type Autoencoder } from "./models/autoencoder";
export { type ConditionalVae, type ConditionalVaeOptions, conditionalVae } from "./models/conditional-vae";
export { hierarchicalVae } from "./models/hierarchical-vae";
export { ladderVae } from "./models/ladder-vae";
export type { LatentHierarchy } from "./models/core/latent-hierarchy";
export type { LatentHierarchyOptions } from "./models/core/latent-hierarchy-options";
export type { LatentLayer } from "./models/core/latent-inference";
export {
  type AdversarialAutoencoder,
  type AdversarialAutoencoderOptions,
  adversarialAutoencoder,
} from "./models/adversarial-autoencoder";
export { type WaeMmd, type WaeMmdOptions, waeMmd } from "./models/wae-mmd";
export { type InfoVae, type InfoVaeOptions, infoVae } from "./models/info-vae";
export { type VaeGan, type VaeGanOptions, type VaeGanWeights, vaeGan } from "./models/vae-gan";
export type { DiscriminatorOptions, LearningRateScales } from "./models/core/discriminator";
export type { ModelPrior, Prior, PriorContext, PriorOfModel } from "./priors/prior";
export { learnedGaussianPrior, type LearnedGaussianPriorOptions } from "./priors/learned-gaussian-prior";
export { type MixturePrior, mixturePrior, type MixturePriorOptions } from "./priors/mixture-prior";
export type { ComponentValues } from "./priors/component-values";
export type { LatentPrior } from "./priors/latent-prior";
export { gaussianPrior, type GaussianPriorOptions } from "./priors/gaussian-prior";
export { ringPrior, type RingPriorOptions } from "./priors/ring-prior";
export { swissRollPrior, type SwissRollPriorOptions } from "./priors/swiss-roll-prior";
export { type BetaVaeOptions, betaVae } from "./models/beta-vae";
export {
  type DenoisingVae,
  type DenoisingVaeOptions,
  denoisingVae,
  type RestoreOptions,
} from "./models/denoising-vae";
export {
  type Corruption,
  corrupt,
  type GaussianCorruption,
  type MaskingCorruption,
  type SaltAndPepperCorruption,
} from "./preprocessing/images/corrupt";
export {
  type ImputableModel,
  type Imputations,
  type ImputeMissingOptions,
  imputeMissing,
} from "./inference/impute-missing";
export { type CapacityVaeOptions, capacityVae } from "./models/capacity-vae";
export { type BetaTcVae, type BetaTcVaeOptions, betaTcVae } from "./models/beta-tc-vae";
export { type FactorVae, type FactorVaeOptions, factorVae } from "./models/factor-vae";
export { type DipVae, type DipVaeOptions, dipVae } from "./models/dip-vae";
export { type Predictor, type PredictorOptions, predictor } from "./models/predictor";
export {
  type NeuralDocumentModel,
  type NeuralDocumentModelOptions,
  neuralDocumentModel,
  type Topic,
} from "./models/neural-document-model";
export { type SequenceVae, type SequenceVaeOptions, sequenceVae, type WritingOptions } from "./models/sequence-vae";
export type { WrittenText } from "./distributions/written-text";
export { type SupervisedVae, type SupervisedVaeOptions, supervisedVae } from "./models/supervised-vae";
export {
  type SemiSupervisedTerm,
  type SemiSupervisedVae,
  type SemiSupervisedVaeOptions,
  semiSupervisedVae,
} from "./models/semi-supervised-vae";
export type { UnlabeledTerms } from "./models/core/label-terms";
export { type ClusterSampleOptions, type Vade, type VadeOptions, vade } from "./models/vade";
export type { EncoderDecoderOptions, SampleOptions } from "./models/core/encoder-decoder";
export { load, save, type SavedModel } from "./saving/save";
export type { Saveable } from "./saving/saveable";
export type { Likelihood } from "./likelihoods/likelihood";
export { bernoulliLikelihood, type BernoulliLikelihoodOptions } from "./likelihoods/bernoulli-likelihood";
export { categoricalLikelihood, type CategoricalLikelihoodOptions } from "./likelihoods/categorical-likelihood";
export { continuousBernoulliLikelihood } from "./likelihoods/continuous-bernoulli-likelihood";
export { gaussianLikelihood, type GaussianLikelihoodOptions } from "./likelihoods/gaussian-likelihood";
export { laplaceLikelihood, type LaplaceLikelihoodOptions } from "./likelihoods/laplace-likelihood";
export {
  discretizedLogisticLikelihood,
  type DiscretizedLogisticLikelihoodOptions,
} from "./likelihoods/discretized-logistic-likelihood";
export { multinomialLikelihood, type MultinomialLikelihoodOptions } from "./likelihoods/multinomial-likelihood";
export { logLikelihood, type LogLikelihoodOptions } from "./inference/log-likelihood";
export {
  type ProbabilisticPca,
  type ProbabilisticPcaOptions,
  probabilisticPca,
} from "./models/classical/probabilistic-pca";
export {
  type FitGaussianMixtureOptions,
  fitGaussianMixture,
  type GaussianMixture,
} from "./models/classical/fit-gaussian-mixture";
export { anomalyScores } from "./inference/anomaly-scores";
export {
  type AnomalyScorer,
  type AnomalyScores,
  type AnomalyScoresOptions,
  anomalyScorer,
  type ScoredModel,
} from "./inference/anomaly-scorer";
export { fitProbabilisticPca } from "./models/classical/fit-probabilistic-pca";

// Training
export { fit } from "./training/fit";
export type { FitOptions } from "./training/fit-options";
export { lastFit } from "./training/last-fit";
export { evaluate, type EvaluateOptions, type Evaluation } from "./training/evaluate";
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
export { type StepsPerEpochOptions, stepsPerEpoch } from "./training/steps-per-epoch";
export type { Trainable } from "./training/trainable";
export type { Batch, Phase, StepContext, StepResult } from "./objectives/phase";
export { crossValidate } from "./search/cross-validate";
export { gridSearch } from "./search/grid-search";
export type { CrossValidateOptions, Grid, GridSearchOptions, SettingsOf } from "./search/grid-search-options";
export { stratifiedFolds } from "./search/stratified-folds";
export { randomFolds } from "./search/random-folds";
export type { Fold, FoldsOptions } from "./search/fold";
export type { Search, SearchSummary } from "./search/search";
export type { Setting, Settings, Trial, TrialData, TrialRow } from "./search/trial";
export { TrialError } from "./search/trial-error";
export { jit, type Jitted, type JitOptions } from "./jit/jit";
export { withLearningRate } from "./jit/learning-rate";
export { exportSavedModel, type ExportSavedModelOptions } from "./jit/export-saved-model";
export { UntraceableError } from "./jit/errors";

// Metrics
export { type ActiveUnits, type ActiveUnitsOptions, activeUnits } from "./metrics/active-units";
export { ratePerDimension } from "./metrics/rate-per-dimension";
export {
  type RateDecomposition,
  type RateDecompositionOptions,
  rateDecomposition,
} from "./metrics/rate-decomposition";
export {
  type PosteriorCollapse,
  type PosteriorCollapseOptions,
  posteriorCollapse,
} from "./metrics/posterior-collapse";
export {
  type MutualInformationGap,
  type MutualInformationGapOptions,
  mutualInformationGap,
} from "./metrics/mutual-information-gap";
export {
  type SeparatedAttributePredictability,
  type SeparatedAttributePredictabilityOptions,
  separatedAttributePredictability,
} from "./metrics/separated-attribute-predictability";
export { type Dci, type DciOptions, dci } from "./metrics/dci";
export { type FactorVaeScore, type FactorVaeScoreOptions, factorVaeScore } from "./metrics/factor-vae-score";
export { type MmdTest, type MmdTestOptions, mmdTest } from "./metrics/mmd-test";
export { frechetDistance } from "./metrics/frechet-distance";
export { perplexity, type PerplexityOptions } from "./metrics/perplexity";
export { normalQuantiles } from "./metrics/normal-quantiles";
export { adjustedRandIndex } from "./metrics/adjusted-rand-index";
export { clusteringAccuracy } from "./metrics/clustering-accuracy";
export { normalizedMutualInformation } from "./metrics/normalized-mutual-information";
export { type Silhouette, silhouette } from "./metrics/silhouette";
export { type AnomalyThresholdOptions, anomalyThreshold } from "./metrics/anomaly-threshold";
export { type CompressedLengthOptions, compressedLength } from "./metrics/compressed-length";
export { auroc } from "./metrics/auroc";
export { averagePrecision } from "./metrics/average-precision";
export { type DetectionPoint, detectionCurve } from "./metrics/detection-curve";
export type { Positives, Scores } from "./metrics/score-ranking";
export { peakSignalToNoise, type PeakSignalToNoiseOptions } from "./metrics/peak-signal-to-noise";
export { structuralSimilarity, type StructuralSimilarityOptions } from "./metrics/structural-similarity";
export { mean } from "./metrics/mean";
export { stdDev } from "./metrics/std-dev";
export { formatSpread } from "./metrics/format-spread";
export { type PairedGain, pairedGain } from "./metrics/paired-gain";
export { accuracy } from "./metrics/accuracy";
export { balancedAccuracy } from "./metrics/balanced-accuracy";
export { classReport, type ClassReportRow } from "./metrics/class-report";
export { confusionCounts, type ConfusionCountsOptions } from "./metrics/confusion-counts";
export {
  type Calibration,
  type CalibrationBin,
  type CalibrationOptions,
  calibration,
} from "./metrics/calibration";

// What notebooks check and report
export { assertClose } from "./reporting/assert-close";
export { assertTrue } from "./reporting/assert-true";
export { assertFails } from "./reporting/assert-fails";
export { assertSameLossAndGradient, type SameLossOptions } from "./reporting/assert-same-loss-and-gradient";
export { collectResults, type Metrics, type NewResult, type Results } from "./reporting/collect-results";
export { type ResultRow, resultsTable, type ResultsTableOptions } from "./reporting/results-table";

// What a cell shows; also global in the kernel
export { type DisplayHandle, type DisplayOptions, display } from "./display/display";
export { html } from "./display/html";
export { markdown } from "./display/markdown";
export { latex } from "./display/latex";
export { svg } from "./display/svg";
export { image, type ImageOptions } from "./display/image";
export type { Markup } from "./display/markup";
export type { Displayable, MimeBundle } from "./display/mime-bundle";

// Widgets: live controls in a notebook
export { interact, type InteractOptions, type Interaction, type ValuesOf } from "./widgets/interact";
export type { Control, Widget } from "./widgets/widget";
export type { ValueWidget } from "./widgets/parts/make-value-widget";
export { slider, type SliderOptions } from "./widgets/slider";
export { intSlider, type IntSliderOptions } from "./widgets/int-slider";
export { rangeSlider, type RangeSliderOptions } from "./widgets/range-slider";
export { type ChoiceOptions, options } from "./widgets/options";
export { toggle, type ToggleOptions } from "./widgets/toggle";
export { text, type TextOptions } from "./widgets/text";
export { button } from "./widgets/button";
export { play, type PlayOptions } from "./widgets/play";
export { plane, type PlaneOptions, type PlanePoint } from "./widgets/plane";
export { imageWidget, type ImageWidgetOptions } from "./widgets/image-widget";
export { label } from "./widgets/label";
export { htmlWidget } from "./widgets/html-widget";
export { hbox } from "./widgets/hbox";
export { vbox } from "./widgets/vbox";
export { anywidget, type Anywidget, type AnywidgetOptions } from "./widgets/anywidget";

// Figures
export * from "./plots/index";
