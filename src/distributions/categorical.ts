import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import { buildDistribution, checkEvent, checkEventShape } from "./build-distribution";
import { sumOver } from "./build-factorized";
import type { Distribution } from "./distribution";
import { oneHot } from "./one-hot";
import { checkParameter } from "./parameters";
import { classSupport } from "./support";

/** Parameters of `categorical()`. */
export interface CategoricalOptions {
  /** Unnormalized log-probabilities, [batch, …event, classes] */
  logits: tf.Tensor;
}

/** One class out of several; made by `categorical()`. */
export interface Categorical extends Distribution {
  readonly family: "categorical";
  readonly parameters: { readonly logits: tf.Tensor };
}

/**
 * The categorical distribution over `classes` classes; with axes between batch and classes, one independent choice for each.
 *
 * A draw is a one-hot row, float32 [batch, …event, classes], so that it can be fed to a network, and the mean is the
 * probabilities. `logProb` takes one-hot rows (any other rows give minus the cross-entropy) or class indices, int32
 * [n?, batch, …event]. Samples carry no gradient; `relaxedCategorical` has one.
 */
export function categorical({ logits }: CategoricalOptions): Categorical {
  const shape = classShape("categorical()", logits);
  const classes = shape.at(-1) as number;
  const choices = shape.slice(0, -1);
  const probs = () => tf.softmax(logits);
  const sumEvent = sumOver(shape.length - 1);
  const distribution = buildDistribution({
    family: "categorical",
    shape,
    reparameterised: false,
    support: classSupport(classes),
    // argmax(logits + Gumbel noise) has the probabilities softmax(logits): Gumbel 1954, Maddison et al. 2014.
    sample: (rng, prefix) => oneHot(tf.argMax(tf.add(logits, rng.gumbel([...prefix, ...shape])), -1), classes),
    logProb: (x) => sumEvent(tf.mul(x.dtype === "int32" ? oneHot(x, classes) : x, tf.logSoftmax(logits))),
    mean: probs,
    variance: () => tf.mul(probs(), tf.sub(1, probs())),
    entropy: () => tf.neg(sumEvent(tf.mul(probs(), tf.logSoftmax(logits)))),
    check: (where, x) =>
      x instanceof tf.Tensor && x.dtype === "int32"
        ? checkEventShape(where, x.shape, choices)
        : checkEvent(where, x, shape),
  });
  return { ...distribution, parameters: { logits } };
}

/** Checks that logits are [batch, …event, classes] and gives that shape. */
export function classShape(where: string, logits: tf.Tensor, name = "logits"): readonly number[] {
  checkParameter(where, name, logits);
  if (!(logits instanceof tf.Tensor) || logits.rank < 2 || logits.size === 0) {
    throw new ArgumentError(where, name, logits, "a tensor of shape [batch, …event, classes], with at least 1 of each");
  }
  return logits.shape;
}
