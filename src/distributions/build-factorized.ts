import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { buildDistribution, type DistributionFormulas, type Draw } from "./build-distribution";
import type { Distribution } from "./distribution";
import { fullTensor, type Parameter } from "./parameters";

/** The formulas of a family with independent components. Each may return a value that broadcasts to the full shape. */
export interface FactorizedFormulas<Family extends string>
  extends Omit<DistributionFormulas<Family>, "draw" | "logProb" | "mean" | "variance" | "entropy"> {
  /** The same as in `DistributionFormulas`; `sumEvent` adds up the components. */
  draw?: ((rng: Rng, prefix: readonly number[], sumEvent: (t: tf.Tensor) => tf.Tensor) => Draw) | undefined;
  /** From x [n?, batch, …event] to [n?, batch]; `sumEvent` adds up the components. */
  logProb(x: tf.Tensor, sumEvent: (t: tf.Tensor) => tf.Tensor): tf.Tensor;
  mean(): Parameter;
  variance(): Parameter;
  /** The entropy of each component, in nats. */
  entropy?: (() => Parameter) | undefined;
}

/** Builds a distribution with independent components from element-wise formulas. */
export function buildFactorized<Family extends string>(
  formulas: FactorizedFormulas<Family>,
): Distribution & { readonly family: Family } {
  const { shape, entropy, draw } = formulas;
  const sumEvent = sumOver(shape.length - 1);
  return buildDistribution({
    ...formulas,
    draw: draw && ((rng, prefix) => draw(rng, prefix, sumEvent)),
    logProb: (x) => formulas.logProb(x, sumEvent),
    mean: () => fullTensor(formulas.mean(), shape),
    variance: () => fullTensor(formulas.variance(), shape),
    entropy: entropy && (() => sumEvent(fullTensor(entropy(), shape))),
  });
}

/** Sums over the last `axes` axes. */
export function sumOver(axes: number): (t: tf.Tensor) => tf.Tensor {
  const last = Array.from({ length: axes }, (_, i) => i - axes);
  return (t) => (axes === 0 ? t : tf.sum(t, last));
}
