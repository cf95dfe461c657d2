import { tf } from "../../runtime/tensorflow";
import { sumOver } from "../build-factorized";
import { belowOne, safeLog, smallest } from "../positive";
import { supports } from "../support";
import type { Bijector } from "./bijector";
import { buildBijector } from "./build-bijector";

/**
 * f(z) = σ(z) = 1/(1 + e⁻ᶻ), element by element. It maps real numbers to (0, 1), so a normal base gives the logit-normal
 * distribution. Results that would round to 0 or 1 become the nearest float inside.
 */
export function sigmoidBijector(): Bijector {
  return buildBijector({
    name: "sigmoid",
    range: supports.openUnitInterval,
    forward: (z) => tf.clipByValue(tf.sigmoid(z), smallest, belowOne),
    inverse: (x) => tf.sub(safeLog(x), safeLog(tf.sub(1, x))),
    // σ′ = σ(z) σ(−z), and log σ(z) = −softplus(−z).
    logDet: (z, eventRank) => tf.neg(sumOver(eventRank)(tf.add(tf.softplus(z), tf.softplus(tf.neg(z))))),
  });
}
