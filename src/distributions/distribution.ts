import type { displaySymbol, MimeBundle } from "../display/mime-bundle";
import type { Rng } from "../runtime/rng";
import type { tf } from "../runtime/tensorflow";
import type { Support } from "./support";

/**
 * A batch of probability distributions of one family, one per example.
 *
 * Its parameters are tensors [batch, …event], batch first. Every method returns a new tensor that the caller owns, so
 * call it inside `tf.tidy` like any other tfjs function. No method reads the values of a tensor, so all of them can be
 * compiled.
 */
export interface Distribution {
  /** The name of the family, which `kl()` uses to find the closed form: `"normal"`. */
  readonly family: string;
  /** The shape of one draw, without the batch axis: `[784]`, or `[]` for a single number. */
  readonly eventShape: readonly number[];
  /** The number of distributions. A batch of 1 broadcasts against any other batch. */
  readonly batch: number;
  /** Whether gradients flow through `sample()` to the parameters. If not, `tf.grad` treats a sample as a constant. */
  readonly reparameterized: boolean;
  /** The values with a density (or a probability), for checking data. */
  readonly support: Support;

  /**
   * Draws from each distribution.
   *
   * @param n the number of draws; without it, one draw and no sample axis
   * @returns [batch, …event], or [n, batch, …event]
   */
  sample(rng: Rng, n?: number): tf.Tensor;

  /**
   * Log-density (log-probability, for discrete families) in nats, summed over the event; −Infinity outside the support.
   *
   * @param x [batch, …event], or [n, batch, …event] with a leading sample axis
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
   * Draws together with their log-density. Present only if this is cheaper than `logProb` of the draws, the only way (a
   * flow with an inverse that has no closed form), or more accurate (a draw that float32 rounds to the edge of the
   * support).
   */
  sampleWithLogProb?(rng: Rng, n?: number): { sample: tf.Tensor; logProb: tf.Tensor };

  /** False if `logProb` of a given x has no closed form, so only draws have a density; defaults to true. */
  readonly hasLogProb?: boolean;

  /** The display in a cell: the family, the shapes and the parameters. */
  [displaySymbol]?(): MimeBundle;
}
