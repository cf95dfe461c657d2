import { tf } from "../../runtime/tensorflow";
import { sumOver } from "../build-factorized";
import { exponents, safeLog } from "../positive";
import { supports } from "../support";
import type { Bijector } from "./bijector";
import { buildBijector } from "./build-bijector";

/**
 * f(z) = eᶻ, element by element. It maps real numbers to positive numbers, so a normal base gives the log-normal
 * distribution. Results that would underflow to 0 or overflow are clipped to the smallest or largest float.
 */
export function expBijector(): Bijector {
  return buildBijector({
    name: "exp",
    range: supports.positive,
    forward: (z) => tf.exp(tf.clipByValue(z, exponents.least, exponents.greatest)),
    inverse: safeLog,
    // d eᶻ/dz = eᶻ
    logDet: (z, eventRank) => sumOver(eventRank)(z),
  });
}
