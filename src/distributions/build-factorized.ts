import { tf } from "../runtime/tensorflow";
import { buildDistribution, type DistributionFormulas } from "./build-distribution";
import type { Distribution } from "./distribution";
import { fullTensor, type Parameter } from "./parameters";

/** The formulas of a family whose components are independent. Each may return a value that broadcasts to the full shape. */
export interface FactorisedFormulas<Family extends string>
  extends Omit<DistributionFormulas<Family>, "logProb" | "mean" | "variance" | "entropy"> {
  /** From x [n?, batch, …event] to [n?, batch]; `sumEvent` adds up the components. */
  logProb(x: tf.Tensor, sumEvent: (t: tf.Tensor) => tf.Tensor): tf.Tensor;
  mean(): Parameter;
  variance(): Parameter;
  /** Of each component. */
  entropy?: (() => Parameter) | undefined;
}

/** A distribution of independent components from element-wise formulas. */
export function buildFactorized<Family extends string>(
  formulas: FactorisedFormulas<Family>,
): Distribution & { readonly family: Family } {
  const { shape, entropy } = formulas;
  const sumEvent = sumOver(shape.length - 1);
  return buildDistribution({
    ...formulas,
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
