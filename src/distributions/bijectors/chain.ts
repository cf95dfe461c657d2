import { ArgumentError } from "../../runtime/argument-error";
import { tf } from "../../runtime/tensorflow";
import type { Bijector } from "./bijector";

/** Several bijectors one after the other, the first of the list applied first: a flow of several layers. */
export function chainBijector(bijectors: readonly Bijector[]): Bijector {
  const last = bijectors.at(-1);
  if (!last) throw new ArgumentError("chainBijector()", "bijectors", bijectors, "one at least");
  const invertible = bijectors.every((bijector) => bijector.inverse);
  const chain: Bijector = {
    name: bijectors.map((bijector) => bijector.name).join(" then "),
    range: last.range,
    forward: (z) => bijectors.reduce((value, bijector) => bijector.forward(value), z),
    logDet(z, eventRank) {
      let value = z;
      const terms = bijectors.map((bijector) => {
        const term = bijector.logDet(value, eventRank);
        if (bijector !== last) value = bijector.forward(value);
        return term;
      });
      return terms.reduce((sum, term) => tf.add(sum, term));
    },
  };
  if (!invertible) return chain;
  const inverse = (x: tf.Tensor) =>
    bijectors.reduceRight((value, bijector) => (bijector.inverse as (x: tf.Tensor) => tf.Tensor)(value), x);
  return { ...chain, inverse };
}
