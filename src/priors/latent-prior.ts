import { ArgumentError } from "../runtime/argument-error";
import type { Rng } from "../runtime/rng";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";

/**
 * A distribution of codes that can be drawn from, and need not have a density: what adversarial and MMD training compare
 * codes with. One of your own needs `latent` and `sample`, written with tfjs operations.
 */
export interface LatentPrior {
  /** The numbers of a code. */
  readonly latentDim: number;
  /** n codes, [n, latent]. */
  sample(rng: Rng, n: number): tf.Tensor2D;
  /** How it was made, so that a model that has it can be saved whole; without it, `load()` asks for the prior. */
  readonly spec?: FactorySpec;
}

/** Checks that a prior gives codes of `latent` numbers, by a draw of two. */
export function checkPrior(where: string, prior: LatentPrior, latentDim: number, stream: Rng): void {
  const accepted = `an object with latent: ${latentDim} and sample(rng, n), which gives float32 codes [n, ${latentDim}]`;
  if (typeof prior?.sample !== "function" || prior.latentDim !== latentDim) {
    throw new ArgumentError(where, "prior", prior, accepted);
  }
  const drawn = tf.tidy(() => {
    const codes = prior.sample(stream, 2);
    return codes instanceof tf.Tensor && codes.dtype === "float32" ? codes.shape : undefined;
  });
  if (drawn === undefined || !tf.util.arraysEqual([...drawn], [2, latentDim])) {
    throw new ArgumentError(
      where,
      "a draw of 2 codes from the prior",
      drawn,
      `a float32 tensor of shape [2, ${latentDim}]`,
    );
  }
}

/** Checks a length or a standard deviation of a prior. */
export function checkLength(
  where: string,
  argument: string,
  value: number,
  smallest: "above 0" | "of at least 0",
): void {
  const fits = smallest === "above 0" ? value > 0 : value >= 0;
  if (!(fits && value < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(where, argument, value, `a finite number ${smallest}`);
  }
}
