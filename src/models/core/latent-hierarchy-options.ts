import type { PerExample } from "../../distributions/per-example";
import { optionsSchema } from "../../runtime/check-options";
import { callback, flag, nonNegative, sizes } from "../../runtime/rules";
import type { tf } from "../../runtime/tensorflow";
import type { EncoderDecoderOptions } from "./encoder-decoder";
import { encoderDecoderRules } from "./encoder-decoder-rules";

/** Options of `hierarchicalVae()` and `ladderVae()`. */
export interface LatentHierarchyOptions extends Omit<EncoderDecoderOptions, "latentDim"> {
  /** The number of dimensions of each latent layer, from the one below, z₁, which the decoder reads, upward. */
  latentDims: readonly number[];
  /** The hidden widths of each network between two latent layers; defaults to [128]. */
  between?: readonly number[];
  /**
   * Whether the hidden layers of the encoder (unless you pass one) and between latent layers are normalized over the batch,
   * which keeps the upper layers in use (Sønderby et al. 2016, section 3); defaults to false.
   */
  batchNormalization?: boolean;
  /** The weight β of the rate in the loss, unless `fit` receives a schedule `beta`; defaults to 1, the ELBO. */
  beta?: number;
  /** What is maximized, per example in nats, for example with free bits per layer; defaults to `betaElbo`. */
  objective?: (terms: LatentHierarchyObjective) => PerExample;
}

/** The terms of a model with several latent layers for a batch, [batch] in nats. */
export interface LatentHierarchyTerms {
  /** −log p(x | z₁) */
  readonly distortion: PerExample;
  /** The sum of `rates`, which estimates KL(q(z₁, …, z_L | x) ‖ p(z₁, …, z_L)). */
  readonly rate: PerExample;
  /** The rate of each layer, from z₁ upward: its cost given the layers that its posterior depends on. */
  readonly rates: readonly PerExample[];
}

/** What an objective receives for a batch. */
export interface LatentHierarchyObjective extends LatentHierarchyTerms {
  /** The rate of every dimension, one [batch, dimensions] for each layer. */
  readonly ratesPerDimension: readonly tf.Tensor[];
  /** The weight of the rate: the schedule `beta`, or the option. */
  readonly beta: number | tf.Scalar;
  /** The current values of the schedules given to `fit`. */
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
