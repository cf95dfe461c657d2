import { tf } from "../../runtime/tensorflow";
import { sumOver } from "../build-factorized";
import { safeLog } from "../positive";
import { supports } from "../support";
import type { Bijector } from "./bijector";

/** σ(z), element by element: takes the real numbers to (0, 1) (a normal base gives the logit-normal). */
export function sigmoidBijector(): Bijector {
  return {
    name: "sigmoid",
    range: supports.openUnitInterval,
    forward: (z) => tf.sigmoid(z),
    inverse: (x) => tf.sub(safeLog(x), safeLog(tf.sub(1, x))),
    // σ′ = σ(z) σ(−z), and log σ(z) = −softplus(−z).
    logDet: (z, eventRank) => tf.neg(sumOver(eventRank)(tf.add(tf.softplus(z), tf.softplus(tf.neg(z))))),
  };
}
