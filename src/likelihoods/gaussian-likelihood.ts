import { normal } from "../distributions/normal";
import { supports } from "../distributions/support";
import { ArgumentError } from "../runtime/argument-error";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import type { Likelihood } from "./likelihood";

/** Options of `gaussianLikelihood()`. */
export interface GaussianLikelihoodOptions {
  /**
   * σ: a fixed number above 0; `"learned"`, one number for all components, trained with the networks; `"optimal"`, one
   * number for all components, set in every training step to the best for its batch (σ² is the mean squared error: Rybkin
   * et al. 2021) and kept as the last step left it; or `"perComponent"`, which the decoder gives for each component and
   * example. Defaults to "learned".
   */
  stdDev?: number | "learned" | "optimal" | "perComponent";
  /** The smallest log σ² of `"optimal"` and `"perComponent"`, which keeps the density bounded; defaults to −10. */
  minLogVar?: number;
}

/** A normal density with independent components, all constants kept; the decoder gives its mean. */
export function gaussianLikelihood(options: GaussianLikelihoodOptions = {}): Likelihood {
  const { stdDev = "learned", minLogVar = -10 } = options;
  if (typeof stdDev === "number" ? !(stdDev > 0 && stdDev < Number.POSITIVE_INFINITY) : !kinds.has(stdDev)) {
    const accepted = 'a number above 0, "learned", "optimal" or "perComponent"';
    throw new ArgumentError("gaussianLikelihood()", "stdDev", stdDev, accepted);
  }
  const spec = { factory: "gaussianLikelihood", options: { stdDev, minLogVar } };
  const support = supports.real;
  if (stdDev === "perComponent") {
    return {
      spec,
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
  const logVar =
    typeof stdDev === "number" ? 2 * Math.log(stdDev) : tf.tidy(() => tf.variable(tf.scalar(0), stdDev === "learned"));
  return {
    spec,
    outputsPerComponent: 1,
    support,
    variables: typeof logVar === "number" ? [] : [logVar],
    distribution: (outputs, dataShape) => normal({ mean: outputs.reshape([-1, ...dataShape]), logVar }),
    ...(stdDev === "optimal" && typeof logVar !== "number" && { adapt: setToBest(logVar, minLogVar) }),
  };
}

/**
 * log σ² ← log of the mean squared error, where d/dσ² [MSE/σ² + log σ²] = 0. The density then takes σ for a constant, and
 * its gradient is still that of the minimum over σ, whose derivative by σ is zero.
 */
const setToBest = (logVar: tf.Variable, minLogVar: number): NonNullable<Likelihood["adapt"]> => {
  return (mean, x) => {
    const best = stopGradient(() => tf.maximum(tf.log(tf.mean(tf.square(tf.sub(x, mean)))), minLogVar));
    logVar.assign(best);
  };
};

const kinds = new Set<unknown>(["learned", "optimal", "perComponent"]);
