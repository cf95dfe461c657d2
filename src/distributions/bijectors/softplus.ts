import { tf } from "../../runtime/tensorflow";
import { sumOver } from "../build-factorized";
import { safeLog, smallest } from "../positive";
import { supports } from "../support";
import type { Bijector } from "./bijector";
import { buildBijector } from "./build-bijector";

/**
 * f(z) = log(1 + eᶻ), element by element. It maps real numbers to positive numbers, like `expBijector()`, but grows only linearly
 * for large z.
 */
export function softplusBijector(): Bijector {
  return buildBijector({
    name: "softplus",
    range: supports.positive,
    forward: (z) => tf.maximum(tf.softplus(z), smallest),
    // log(eˣ − 1) = x + log(1 − e⁻ˣ)
    inverse: (x) => tf.add(x, safeLog(tf.neg(tf.expm1(tf.neg(x))))),
    // f′ = σ(z), and log σ(z) = −softplus(−z).
    logDet: (z, eventRank) => tf.neg(sumOver(eventRank)(tf.softplus(tf.neg(z)))),
  });
}
