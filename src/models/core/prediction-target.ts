import { checkData } from "../../distributions/check-data";
import type { Distribution } from "../../distributions/distribution";
import { type PerExample, perExample } from "../../distributions/per-example";
import { checkSupport, supports } from "../../distributions/support";
import type { Likelihood } from "../../likelihoods/likelihood";
import { ArgumentError } from "../../runtime/argument-error";
import { checkWholeNumber } from "../../runtime/check-value";
import { inBatches } from "../../runtime/in-batches";
import { tf } from "../../runtime/tensorflow";

/** The target of a prediction: a label, or numbers. */
export interface PredictionTarget {
  readonly likelihood: Likelihood;
  /** The number of network outputs that it needs. */
  readonly outputs: number;
  /** p(y | …) from a network's outputs [batch, outputs]. */
  distribution(outputs: tf.Tensor2D): Distribution;
  /** −log p(y | …) times the example's weight, [batch], nats; in training, the likelihood first adapts to the batch. */
  loss(predicted: Distribution, batch: Readonly<Record<string, tf.Tensor>>, training: boolean): PerExample;
  /** The type and shape of the targets y for this number of examples, for errors. */
  describe(examples: number | string): string;
  /** Checks targets and weights once, before they are used, given the number of examples. */
  check(where: string, batch: Readonly<Record<string, tf.Tensor>>, examples: number): void;
  /** The public methods of a model that predicts, from p(y | x) for x [batch, …data]. */
  predictions(dataShape: readonly number[], distribution: (x: tf.Tensor) => Distribution): Predictions;
}

/** Predictions for any number of examples x [examples, …data], in bounded memory; errors name `where`. */
export interface Predictions {
  /** The mean of p(y | x): probabilities [examples, classes], or numbers [examples, targets]. */
  predict(where: string, x: tf.Tensor): tf.Tensor2D;
  /** The most probable class, int32 [examples]. */
  classify(where: string, x: tf.Tensor): tf.Tensor1D;
}

/**
 * Creates the target for labels or numbers with the given likelihood.
 *
 * @param name the name of the likelihood option
 * @param targets the number of values to predict per example, if they are not labels
 * @throws ArgumentError for anything but a likelihood
 */
export function predictionTarget(
  where: string,
  name: string,
  likelihood: Likelihood,
  targets: number,
): PredictionTarget {
  if (typeof likelihood?.distribution !== "function") {
    const accepted =
      'a likelihood of y: categoricalLikelihood({ classes }) for labels, gaussianLikelihood({ stdDev: "learned" }) for numbers';
    throw new ArgumentError(where, name, likelihood, accepted);
  }
  checkWholeNumber(where, "targets", targets);
  const { classes } = likelihood;
  const shape = classes === undefined ? [targets] : [];

  const dtype = classes === undefined ? "float32" : "int32";
  const describe: PredictionTarget["describe"] = (examples) =>
    `a tensor of type ${dtype} and shape [${[examples, ...shape].join(", ")}]`;

  function checkTargets(at: string, y: tf.Tensor | undefined, examples: number): void {
    const fits = y instanceof tf.Tensor && !y.isDisposed && y.dtype === dtype;
    if (!fits || !tf.util.arraysEqual(y.shape, [examples, ...shape])) {
      throw new ArgumentError(at, "y", y, describe(examples));
    }
    checkSupport(likelihood.support, y, at, "y");
  }
  function checkWeights(at: string, weight: tf.Tensor, examples: number): void {
    if (
      !(weight instanceof tf.Tensor) ||
      weight.dtype !== "float32" ||
      !tf.util.arraysEqual(weight.shape, [examples])
    ) {
      throw new ArgumentError(at, "weight", weight, `a tensor of type float32 and shape [${examples}]`);
    }
    checkSupport(weights, weight, at, "weight");
  }

  return {
    likelihood,
    outputs: likelihood.outputsPerComponent * (classes === undefined ? targets : 1),
    distribution: (outputs) => likelihood.distribution(outputs, shape),
    loss(predicted, { y, weight }, training) {
      if (training) likelihood.adapt?.(predicted, y as tf.Tensor, weight);
      const surprise = tf.neg(predicted.logProb(y as tf.Tensor));
      return perExample(weight === undefined ? surprise : tf.mul(surprise, weight));
    },
    describe,
    check(at, { y, weight }, examples) {
      checkTargets(at, y, examples);
      if (weight !== undefined) checkWeights(at, weight, examples);
    },
    predictions(dataShape, distribution) {
      const predict: Predictions["predict"] = (at, x) => {
        checkData(at, "x", x, dataShape, supports.real);
        return inBatches(x, (part) => distribution(part).mean()) as tf.Tensor2D;
      };
      return {
        predict,
        classify(at, x) {
          const probabilities = predict(at, x);
          if (classes === undefined) throw new Error(`${at}: the model predicts numbers, so it has no classes.`);
          return tf.argMax(probabilities, -1) as tf.Tensor1D;
        },
      };
    },
  };
}

const weights = {
  description: "finite numbers of at least 0",
  contains: (x: tf.Tensor) => tf.logicalAnd(supports.real.contains(x), tf.greaterEqual(x, 0)),
};
