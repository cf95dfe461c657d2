import { laplace } from "../distributions/laplace";
import { supports } from "../distributions/support";
import { tf } from "../runtime/tensorflow";
import type { Likelihood } from "./likelihood";

/** A Laplace density with independent components; the decoder gives its mean, and one scale is learned for all. */
export function laplaceLikelihood(): Likelihood {
  const logScale = tf.tidy(() => tf.variable(tf.scalar(0)));
  return {
    spec: { factory: "laplaceLikelihood", options: {} },
    outputsPerComponent: 1,
    support: supports.real,
    variables: [logScale],
    distribution: (outputs, dataShape) => laplace({ mean: outputs.reshape([-1, ...dataShape]), logScale }),
  };
}
