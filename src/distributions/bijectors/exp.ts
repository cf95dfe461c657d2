import { tf } from "../../runtime/tensorflow";
import { sumOver } from "../build-factorized";
import { safeLog } from "../positive";
import { supports } from "../support";
import type { Bijector } from "./bijector";

/** eᶻ, element by element: takes the real numbers to the positive ones (a normal base gives the log-normal). */
export function expBijector(): Bijector {
  return {
    name: "exp",
    range: supports.positive,
    forward: (z) => tf.exp(z),
    inverse: safeLog,
    // d eᶻ/dz = eᶻ
    logDet: (z, eventRank) => sumOver(eventRank)(z),
  };
}
