import { ArgumentError } from "../../runtime/argument-error";
import { tf } from "../../runtime/tensorflow";
import { broadcastShapes } from "../parameters";
import { type Support, supports } from "../support";
import type { Bijector } from "./bijector";
import { buildBijector } from "./build-bijector";

/**
 * A composition of bijectors, where the first one is applied first: x = fₖ(… f₂(f₁(z))), a flow with several layers. The list
 * may contain the same bijector more than once.
 *
 * @param bijectors at least one; the chain has an inverse if all of them have one
 * @throws ArgumentError for an empty list, and for parameters with shapes that do not broadcast
 */
export function chainBijector(bijectors: readonly Bijector[]): Bijector {
  const where = "chainBijector()";
  if (!(Array.isArray(bijectors) && bijectors.length > 0)) {
    throw new ArgumentError(where, "bijectors", bijectors, "a list of at least one bijector");
  }
  for (const [i, bijector] of bijectors.entries()) {
    if (typeof bijector?.forward === "function" && typeof bijector.logDet === "function") continue;
    throw new ArgumentError(where, `bijectors[${i}]`, bijector, "a bijector, such as expBijector()");
  }
  const inverses = bijectors.map(({ inverse }) => inverse);
  const invertible = inverses.every((inverse) => inverse !== undefined);
  return buildBijector({
    name: bijectors.map((bijector) => bijector.name).join(" then "),
    parameters: { bijectors },
    range: rangeOf(bijectors),
    shape: commonShape(where, bijectors),
    forward: (z) => bijectors.reduce((value, bijector) => bijector.forward(value), z),
    logDet(z, eventRank) {
      let value = z;
      let sum = tf.scalar(0) as tf.Tensor;
      for (const [i, bijector] of bijectors.entries()) {
        if (i > 0) value = (bijectors[i - 1] as Bijector).forward(value);
        sum = tf.add(sum, bijector.logDet(value, eventRank));
      }
      return sum;
    },
    ...(invertible && { inverse: (x: tf.Tensor) => inverses.reduceRight((value, inverse) => inverse(value), x) }),
  });
}

/** The image of the previous bijectors' range under the last bijector. */
function rangeOf(bijectors: readonly Bijector[]): Support {
  const [last, ...before] = [...bijectors].reverse() as [Bijector, ...Bijector[]];
  const earlier = before.length === 0 ? supports.real : rangeOf(before.reverse());
  const { range, inverse } = last;
  if (earlier === supports.real || inverse === undefined) return range;
  return {
    description: range === supports.real ? `the image of ${earlier.description} under ${last.name}` : range.description,
    contains: (x) => tf.logicalAnd(range.contains(x), earlier.contains(inverse(x))),
  };
}

function commonShape(where: string, bijectors: readonly Bijector[]): readonly number[] {
  return bijectors.reduce<readonly number[]>((shape, { shape: own = [] }, i) => {
    const common = broadcastShapes(shape, own);
    if (common) return common;
    throw new ArgumentError(where, `the shape of bijectors[${i}]`, own, `one that broadcasts to [${shape}]`);
  }, []);
}
