import { tf } from "../../runtime/tensorflow";
import { sumOver } from "../build-factorized";
import { checkParameter, fullTensor, type Parameter } from "../parameters";
import { supports } from "../support";
import type { Bijector } from "./bijector";

/** Parameters of `affineBijector()`, which broadcast to [batch, …event]. */
export interface AffineOptions {
  /** t; defaults to 0 */
  shift?: Parameter;
  /** log s, of the positive factor s; defaults to 0 */
  logScale?: Parameter;
}

/** t + s z, element by element, with s = exp(logScale). */
export function affineBijector({ shift = 0, logScale = 0 }: AffineOptions): Bijector {
  checkParameter("affineBijector()", "shift", shift);
  checkParameter("affineBijector()", "logScale", logScale);
  return {
    name: "affine",
    range: supports.real,
    forward: (z) => tf.add(shift, tf.mul(tf.exp(logScale), z)),
    inverse: (x) => tf.mul(tf.sub(x, shift), tf.exp(tf.neg(logScale))),
    logDet: (z, eventRank) => sumOver(eventRank)(fullTensor(logScale, z.shape)),
  };
}
