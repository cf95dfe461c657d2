import { tf } from "../../runtime/tensorflow";
import { sumOver } from "../build-factorized";
import { exponents, safeLog } from "../positive";
import { supports } from "../support";
import type { Bijector } from "./bijector";
import { buildBijector } from "./build-bijector";

/**
 * f(z) = eᶻ, element by element: takes the real numbers to the positive ones, so that a normal base gives the log-normal
 * distribution. What would underflow to 0 or overflow is the outermost float.
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
