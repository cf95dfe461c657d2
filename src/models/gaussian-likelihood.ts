import { normal } from "../distributions/normal";
import { supports } from "../distributions/support";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import type { Likelihood } from "./likelihood";

/** Options of `gaussianLikelihood()`. */
export interface GaussianLikelihoodOptions {
  /**
   * σ: a fixed number above 0; `"learned"`, one number for all components, trained with the networks; or
   * `"perComponent"`, which the decoder gives for each component and example. Defaults to "learned".
   */
  stdDev?: number | "learned" | "perComponent";
  /** The smallest log σ² that a decoder can give with `"perComponent"`, which keeps the density bounded; defaults to −10. */
  minLogVar?: number;
}

/** A normal density with independent components, all constants kept; the decoder gives its mean. */
export function gaussianLikelihood(options: GaussianLikelihoodOptions = {}): Likelihood {
  const { stdDev = "learned", minLogVar = -10 } = options;
  if (typeof stdDev === "number" ? !(stdDev > 0 && stdDev < Number.POSITIVE_INFINITY) : !kinds.has(stdDev)) {
    throw new ArgumentError("gaussianLikelihood()", "stdDev", stdDev, 'a number above 0, "learned" or "perComponent"');
  }
  const made = { by: "gaussianLikelihood", options: { stdDev, minLogVar } };
  const support = supports.real;
  if (stdDev === "perComponent") {
    return {
      made,
      outputsPerComponent: 2,
      support,
      variables: [],
      distribution(outputs, dataShape) {
        const [mean, raw] = tf.split(outputs, 2, 1) as [tf.Tensor, tf.Tensor];
        // A softplus above the floor: close to the raw value where that is well above it, and never below.
        const logVar = tf.add(tf.softplus(tf.sub(raw, minLogVar)), minLogVar);
        return normal({ mean: mean.reshape([-1, ...dataShape]), logVar: logVar.reshape([-1, ...dataShape]) });
      },
    };
  }
  // log σ², from σ = 1 on.
  const logVar = stdDev === "learned" ? tf.variable(tf.scalar(0)) : 2 * Math.log(stdDev);
  return {
    made,
    outputsPerComponent: 1,
    support,
    variables: typeof logVar === "number" ? [] : [logVar],
    distribution: (outputs, dataShape) => normal({ mean: outputs.reshape([-1, ...dataShape]), logVar }),
  };
}

const kinds = new Set<unknown>(["learned", "perComponent"]);
