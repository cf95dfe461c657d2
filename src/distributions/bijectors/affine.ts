import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { tf } from "../../runtime/tensorflow";
import { sumOver } from "../build-factorized";
import { broadcastParameters, fullTensor, type Parameter, parameterRule } from "../parameters";
import { supports } from "../support";
import type { Bijector } from "./bijector";
import { buildBijector } from "./build-bijector";

/** Parameters of `affineBijector()`, which broadcast to [batch, …event]. */
export interface AffineOptions {
  /** t; defaults to 0 */
  shift?: Parameter;
  /** log s, the logarithm of the scale s > 0; defaults to 0 */
  logScale?: Parameter;
}

const schema = optionsSchema<AffineOptions>({ shift: parameterRule.optional(), logScale: parameterRule.optional() });

/**
 * f(z) = t + s z, element by element, with s = exp(logScale); log |det| = Σ log s.
 *
 * @throws ArgumentError for parameters that are neither finite numbers nor float32 tensors, or do not broadcast
 */
export function affineBijector(options: AffineOptions = {}): Bijector {
  checkOptions("affineBijector()", schema, options);
  const { shift = 0, logScale = 0 } = options;
  return buildBijector({
    name: "affine",
    parameters: { shift, logScale },
    range: supports.real,
    shape: broadcastParameters("affineBijector()", { shift, logScale }),
    forward: (z) => tf.add(shift, tf.mul(tf.exp(logScale), z)),
    inverse: (x) => tf.mul(tf.sub(x, shift), tf.exp(tf.neg(logScale))),
    logDet: (z, eventRank) => sumOver(eventRank)(fullTensor(logScale, z.shape)),
  });
}
