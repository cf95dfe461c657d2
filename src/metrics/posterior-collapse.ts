import { klPerDimension } from "../distributions/kl";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import type { EncodingModel } from "./rate-per-dimension";

/** Options of `posteriorCollapse()`. */
export interface PosteriorCollapseOptions {
  /** ε > 0, the rate in nats below which a dimension says nothing of an example; defaults to 0.1. */
  epsilon?: number;
  /** δ in [0, 1), the share of examples that a collapsed dimension may still tell something of; defaults to 0.01. */
  delta?: number;
}

/** What `posteriorCollapse()` finds. */
export interface PosteriorCollapse {
  /** The collapsed dimensions, counted from 0. */
  dimensions: number[];
  /** For each latent dimension, the share of examples of which it says nothing. */
  shares: Float32Array;
  /** Whether no dimension, some, or all have collapsed: with `"all"`, the decoder does without the code. */
  verdict: "none" | "some" | "all";
}

const batch = 1000;

/**
 * The latent dimensions whose posterior is the prior for nearly all data: dimension j is (ε, δ)-collapsed where
 * P(KL(q(z_j | x) ‖ p(z_j)) < ε) ≥ 1 − δ (Lucas et al. 2019).
 *
 * `activeUnits` asks less: a dimension with the same posterior for every x is inactive, even where that is not the prior.
 *
 * @param x [examples, …data]
 * @throws ArgumentError for no examples and options out of range; Error for rates that are NaN, and where the divergence is
 *   not a sum over dimensions
 */
export function posteriorCollapse(
  model: EncodingModel,
  x: tf.Tensor,
  { epsilon = 0.1, delta = 0.01 }: PosteriorCollapseOptions = {},
): PosteriorCollapse {
  const where = "posteriorCollapse()";
  const size = x instanceof tf.Tensor ? (x.shape[0] ?? 0) : 0;
  if (!(size > 0)) throw new ArgumentError(where, "x", x?.shape ?? x, "a tensor with at least one example");
  if (!(epsilon > 0 && epsilon < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(where, "epsilon", epsilon, "a finite number above 0");
  }
  if (!(delta >= 0 && delta < 1)) throw new ArgumentError(where, "delta", delta, "a number in [0, 1)");
  let below: Float32Array | undefined;
  for (let first = 0; first < size; first += batch) {
    const rates = tf.tidy(() => {
      const part = tf.slice(x, first, Math.min(batch, size - first));
      return klPerDimension(model.encode(part), model.prior).arraySync() as number[][];
    });
    below ??= new Float32Array(rates[0]?.length ?? 0);
    for (const [i, example] of rates.entries()) {
      for (const [j, rate] of example.entries()) {
        if (Number.isNaN(rate)) throw new Error(`${where}: the rate of example ${first + i}, dimension ${j}, is NaN.`);
        if (rate < epsilon) below[j] = (below[j] as number) + 1;
      }
    }
  }
  const shares = (below as Float32Array).map((count) => count / size);
  const dimensions = [...shares.keys()].filter((j) => (shares[j] as number) >= 1 - delta);
  const verdict = dimensions.length === 0 ? "none" : dimensions.length === shares.length ? "all" : "some";
  return { dimensions, shares, verdict };
}
