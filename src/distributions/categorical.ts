import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import { buildDistribution, checkEvent, checkEventShape } from "./build-distribution";
import { sumOver } from "./build-factorized";
import { complement } from "./complement";
import type { Distribution } from "./distribution";
import { oneHot } from "./one-hot";
import { checkParameter, classesRule } from "./parameters";
import { largest } from "./positive";
import { classSupport } from "./support";

/** Parameters of `categorical()`. */
export interface CategoricalOptions {
  /** Unnormalized log-probabilities, [batch, …event, classes]; −Infinity excludes a class, as a mask does */
  logits: tf.Tensor;
}

/** A categorical distribution, created by `categorical()`. */
export interface Categorical extends Distribution {
  readonly family: "categorical";
  readonly parameters: { readonly logits: tf.Tensor };
}

const schema = optionsSchema<CategoricalOptions>({
  logits: classesRule,
});

/**
 * The categorical distribution over `classes` classes. With axes between batch and classes, there is one independent choice for
 * each position.
 *
 * A draw is a one-hot row, float32 [batch, …event, classes], which can be passed to a network; the mean is the vector of
 * probabilities. `logProb` accepts one-hot rows or class indices, int32 [n?, batch, …event]; anything else, such as class 7 of
 * 3, has log-probability −Infinity. Samples have no gradient; for samples with a gradient, use `relaxedCategorical`.
 *
 * @throws ArgumentError for logits of another type or shape, and unknown options
 */
export function categorical(options: CategoricalOptions): Categorical {
  checkOptions("categorical()", schema, options);
  const { logits } = options;
  const shape = classShape("categorical()", logits);
  const classes = shape.at(-1) as number;
  const choices = shape.slice(0, -1);
  const probs = () => tf.softmax(logits);
  const sumEvent = sumOver(shape.length - 1);
  const distribution = buildDistribution({
    family: "categorical",
    shape,
    reparameterized: false,
    support: classSupport(classes),
    // argmax(logits + Gumbel noise) has the probabilities softmax(logits): Gumbel 1954, Maddison et al. 2014.
    sample: (rng, prefix) => oneHot(tf.argMax(tf.add(logits, rng.gumbel([...prefix, ...shape])), -1), classes),
    logProb: (x) => expectedLogs(x.dtype === "int32" ? oneHot(x, classes) : x, tf.logSoftmax(logits), sumEvent),
    mean: probs,
    variance: () => tf.mul(probs(), complement(probs())),
    entropy: () => tf.neg(expectedLogs(probs(), tf.logSoftmax(logits), sumEvent)),
    check: (where, x) =>
      x instanceof tf.Tensor && x.dtype === "int32"
        ? checkEventShape(where, x.shape, choices)
        : checkEvent(where, x, shape),
  });
  return { ...distribution, parameters: { logits } };
}

/**
 * Σ w log p with 0 log 0 = 0. A class with log p = −Infinity has no effect if its weight is 0; otherwise the result is −Infinity.
 */
export function expectedLogs(
  weights: tf.Tensor,
  logProbs: tf.Tensor,
  sumEvent: (t: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const sum = sumEvent(tf.mul(weights, finiteLog(logProbs)));
  return tf.where(
    stopGradient(() => tf.less(sum, -largest / 100)),
    Number.NEGATIVE_INFINITY,
    sum,
  );
}

/** A log-probability with the lowest float in place of −Infinity, because 0 · −Infinity is NaN. */
export const finiteLog = (logProbs: tf.Tensor): tf.Tensor => tf.maximum(logProbs, -largest);

/** Checks that logits are [batch, …event, classes], and returns that shape. */
export function classShape(where: string, logits: tf.Tensor, name = "logits"): readonly number[] {
  checkParameter(where, name, logits);
  if (!(logits instanceof tf.Tensor) || logits.rank < 2 || logits.size === 0) {
    throw new ArgumentError(where, name, logits, "a tensor of shape [batch, …event, classes], with at least 1 of each");
  }
  return logits.shape;
}
