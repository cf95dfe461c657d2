import { categorical } from "../distributions/categorical";
import { classSupport } from "../distributions/support";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildLikelihood, type LibraryLikelihood } from "./build-likelihood";

/** Options of `categoricalLikelihood()`. */
export interface CategoricalLikelihoodOptions {
  /** The number of classes, at least 2. */
  classes: number;
}

const schema = optionsSchema<CategoricalLikelihoodOptions>({ classes: wholeNumber(2) });

/**
 * A categorical distribution over classes, for int32 labels 0, 1, …, classes − 1. The network outputs one logit per class.
 * −log p(y | …) is the cross-entropy in nats, and the mean of the distribution contains the class probabilities.
 *
 * @throws ArgumentError for fewer than two classes
 */
export function categoricalLikelihood(options: CategoricalLikelihoodOptions): LibraryLikelihood {
  checkOptions("categoricalLikelihood()", schema, options);
  const { classes } = options;
  return buildLikelihood({
    spec: { factory: "categoricalLikelihood", options: { classes } },
    outputsPerComponent: classes,
    classes,
    support: classSupport(classes),
    variables: [],
    distribution(outputs, dataShape) {
      // The outputs are grouped by class, so the class axis comes first. `categorical` needs it last.
      const byClass = outputs.reshape([-1, classes, ...dataShape]);
      const order = [0, ...dataShape.map((_, axis) => axis + 2), 1];
      return categorical({ logits: dataShape.length === 0 ? byClass : tf.transpose(byClass, order) });
    },
  });
}
