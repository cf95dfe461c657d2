import { klPerDimension } from "../distributions/kl";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts, positive } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import type { EncodingModel } from "./rate-per-dimension";

/** Options of `posteriorCollapse()`. */
export interface PosteriorCollapseOptions {
  /** ε > 0, in nats: a dimension with a rate below this carries no information about an example. Defaults to 0.1. */
  epsilon?: number;
  /** δ in [0, 1), the share of examples about which a collapsed dimension may still carry information; defaults to 0.01. */
  delta?: number;
}

/** The result of `posteriorCollapse()`. */
export interface PosteriorCollapse {
  /** The collapsed dimensions, counted from 0. */
  dimensions: number[];
  /** For each latent dimension, the share of examples about which it carries no information. */
  shares: Float32Array;
  /** Whether no dimension, some dimensions, or all have collapsed. With `"all"`, the code carries no information. */
  verdict: "none" | "some" | "all";
}

const schema = optionsSchema<PosteriorCollapseOptions>({
  epsilon: positive.optional(),
  delta: accepts<number>((value) => (value as number) >= 0 && (value as number) < 1, "a number in [0, 1)").optional(),
});

const batch = 1000;

/**
 * Finds the latent dimensions whose posterior equals the prior for nearly all data. Dimension j is (ε, δ)-collapsed if
 * P(KL(q(z_j | x) ‖ p(z_j)) < ε) ≥ 1 − δ (Lucas et al. 2019).
 *
 * `activeUnits` uses a weaker criterion: a dimension with the same posterior for every x is inactive, even if that
 * posterior is not the prior.
 *
 * @param x [examples, …data]
 * @throws ArgumentError if there are no examples, and for options out of range; Error for rates that are NaN, and if the
 *   divergence is not a sum over dimensions
 */
export function posteriorCollapse(
  model: EncodingModel,
  x: tf.Tensor,
  options: PosteriorCollapseOptions = {},
): PosteriorCollapse {
  const where = "posteriorCollapse()";
  checkOptions(where, schema, options);
  const { epsilon = 0.1, delta = 0.01 } = options;
  const size = x instanceof tf.Tensor ? (x.shape[0] ?? 0) : 0;
  if (!(size > 0)) throw new ArgumentError(where, "x", x?.shape ?? x, "a tensor with at least one example");
  let below: number[] | undefined;
  for (let first = 0; first < size; first += batch) {
    const rates = tf.tidy(() => {
      const part = tf.slice(x, first, Math.min(batch, size - first));
      return klPerDimension(model.encode(part), model.prior).arraySync() as number[][];
    });
    below ??= Array<number>(rates[0]?.length ?? 0).fill(0);
    for (const [i, example] of rates.entries()) {
      for (const [j, rate] of example.entries()) {
        if (Number.isNaN(rate)) throw new Error(`${where}: the rate of example ${first + i}, dimension ${j}, is NaN.`);
        if (rate < epsilon) below[j] = (below[j] as number) + 1;
      }
    }
  }
  const counts = below as number[];
  const shares = Float32Array.from(counts, (count) => count / size);
  // Compares counts, because the float32 share 95/100 is below 0.95. The tolerance is for the rounding of 1 − δ.
  const dimensions = [...counts.keys()].filter((j) => (counts[j] as number) >= (1 - delta - 1e-9) * size);
  const verdict = dimensions.length === 0 ? "none" : dimensions.length === shares.length ? "all" : "some";
  return { dimensions, shares, verdict };
}
