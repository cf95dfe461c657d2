import type { PerExample } from "../../distributions/per-example";
import { optionsSchema } from "../../runtime/check-options";
import { callback, flag, nonNegative, sizes } from "../../runtime/rules";
import type { tf } from "../../runtime/tensorflow";
import type { EncoderDecoderOptions } from "./encoder-decoder";
import { encoderDecoderRules } from "./encoder-decoder-rules";

/** Options of `hierarchicalVae()` and `ladderVae()`. */
export interface LatentHierarchyOptions extends Omit<EncoderDecoderOptions, "latentDim"> {
  /** The number of dimensions of each latent layer, from the lowest, z₁, which the decoder reads, to the highest. */
  latentDims: readonly number[];
  /** The hidden widths of each network between two latent layers; defaults to [128]. */
  between?: readonly number[];
  /**
   * Whether to use batch normalization in the hidden layers of the default encoder and of the networks between latent
   * layers. It helps to keep the upper layers in use (Sønderby et al. 2016, section 3). Defaults to false.
   */
  batchNormalization?: boolean;
  /** The weight β of the rate in the loss, unless `fit` receives a schedule `beta`; defaults to 1, the ELBO. */
  beta?: number;
  /** The quantity to maximize, [batch], in nats, for example with free bits per layer; defaults to `betaElbo`. */
  objective?: (terms: LatentHierarchyObjective) => PerExample;
}

/** The terms of a model with several latent layers for a batch, each [batch], in nats. */
export interface LatentHierarchyTerms {
  /** −log p(x | z₁) */
  readonly distortion: PerExample;
  /** The sum of `rates`, which estimates KL(q(z₁, …, z_L | x) ‖ p(z₁, …, z_L)). */
  readonly rate: PerExample;
  /** The rate of each layer, from z₁ upward, given the layers that its posterior depends on. */
  readonly rates: readonly PerExample[];
}

/** The argument of an objective, for a batch. */
export interface LatentHierarchyObjective extends LatentHierarchyTerms {
  /** The rate of every dimension in nats, one tensor [batch, dimensions] per layer. */
  readonly ratesPerDimension: readonly tf.Tensor[];
  /** The weight of the rate: the schedule `beta`, or the option. */
  readonly beta: number | tf.Scalar;
  /** The current values of the schedules passed to `fit`. */
  readonly schedules: Readonly<Record<string, tf.Scalar>>;
}

const { latentDim: _, ...networkRules } = encoderDecoderRules;

/** The schema of these options. */
export const latentHierarchySchema = optionsSchema<LatentHierarchyOptions>({
  ...networkRules,
  latentDims: sizes(),
  between: sizes().optional(),
  batchNormalization: flag.optional(),
  beta: nonNegative.optional(),
  objective: callback.optional(),
});
