import type { displaySymbol, MimeBundle } from "../display/mime-bundle";
import type { Rng } from "../runtime/rng";
import type { tf } from "../runtime/tensorflow";
import type { Support } from "./support";

/**
 * A batch of probability distributions of one family, one per example.
 *
 * Its parameters are tensors [batch, …event], batch first. Every method makes a new tensor, which is the caller's: call
 * them inside `tf.tidy` like any other tfjs function. No method reads a tensor's value, so that all of them can be compiled.
 */
export interface Distribution {
  /** The family's name, by which `kl()` finds its closed form: `"normal"`. */
  readonly family: string;
  /** The axes of one draw, those after the batch axis: `[784]`, or `[]` for a single number. */
  readonly eventShape: readonly number[];
  /** The number of distributions. A batch of 1 broadcasts against any other batch. */
  readonly batch: number;
  /** Whether gradients pass through `sample()` to the parameters. If not, a sample is a constant to `tf.grad`. */
  readonly reparameterized: boolean;
  /** The values that have a density (or a probability), for checks of data. */
  readonly support: Support;

  /**
   * Draws from each distribution.
   *
   * @param n the number of draws; without it, one draw and no sample axis
   * @returns [batch, …event], or [n, batch, …event]
   */
  sample(rng: Rng, n?: number): tf.Tensor;

  /**
   * Log-density (log-probability, for discrete families) in nats, summed over the event; −Infinity outside of the support.
   *
   * @param x [batch, …event], or [n, batch, …event] with one sample axis in front
   * @returns [batch], or [n, batch]
   */
  logProb(x: tf.Tensor): tf.Tensor;

  /** Expected value, [batch, …event]. */
  mean(): tf.Tensor;

  /** Variance of each component, [batch, …event]. */
  variance(): tf.Tensor;

  /** Entropy in nats, summed over the event, [batch]; differential entropy for densities. */
  entropy(): tf.Tensor;

  /**
   * Draws together with their log-density, where that is cheaper than `logProb` of the draws, the only way (a flow whose
   * inverse has no closed form), or exacter (a draw that float32 has to round to the edge of the support); absent elsewhere.
   */
  sampleWithLogProb?(rng: Rng, n?: number): { sample: tf.Tensor; logProb: tf.Tensor };

  /** False where `logProb` of a given x has no closed form, and only draws have a density; defaults to true. */
  readonly hasLogProb?: boolean;

  /** How the distribution shows itself in a cell: its family, its shapes and its parameters. */
  [displaySymbol]?(): MimeBundle;
}
