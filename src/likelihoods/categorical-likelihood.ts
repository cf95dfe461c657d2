import { categorical } from "../distributions/categorical";
import { classSupport } from "../distributions/support";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import type { Likelihood } from "./likelihood";

/** Options of `categoricalLikelihood()`. */
export interface CategoricalLikelihoodOptions {
  /** The number of classes, at least 2. */
  classes: number;
}

/**
 * One class out of several, int32 labels from 0 on; the network gives unnormalized log-probabilities. −log p(y | …) is the
 * cross-entropy in nats, and the mean of the distribution the classes' probabilities.
 *
 * @throws ArgumentError for fewer than two classes
 */
export function categoricalLikelihood({ classes }: CategoricalLikelihoodOptions): Likelihood {
  if (!(Number.isInteger(classes) && classes > 1)) {
    throw new ArgumentError("categoricalLikelihood()", "classes", classes, "a whole number of at least 2");
  }
  return {
    spec: { factory: "categoricalLikelihood", options: { classes } },
    outputsPerComponent: classes,
    classes,
    support: classSupport(classes),
    variables: [],
    distribution(outputs, dataShape) {
      // The outputs of one kind lie side by side: classes first, and `categorical` wants them last.
      const byClass = outputs.reshape([-1, classes, ...dataShape]);
      const order = [0, ...dataShape.map((_, axis) => axis + 2), 1];
      return categorical({ logits: dataShape.length === 0 ? byClass : tf.transpose(byClass, order) });
    },
  };
}
