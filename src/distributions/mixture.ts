import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildDistribution } from "./build-distribution";
import type { Distribution } from "./distribution";
import { logSumExp } from "./log-sum-exp";
import { oneHot } from "./one-hot";
import { tensorRule } from "./parameters";
import type { Support } from "./support";

/** Parameters of `mixture()`. */
export interface MixtureOptions {
  /**
   * Unnormalized log-weights; −Infinity excludes a component. [K] with one distribution of batch K, [batch, K] with a
   * list of K
   */
  logits: tf.Tensor;
  /**
   * The components. One distribution of batch K gives a mixture of batch 1, which is a prior shared by all examples
   * (mixture of Gaussians, VampPrior). A list of K distributions with the same batch gives a separate mixture for each
   * example.
   */
  components: Distribution | readonly Distribution[];
}

/** A weighted mixture, created by `mixture()`. */
export interface Mixture extends Distribution {
  readonly family: "mixture";
  readonly parameters: { readonly logits: tf.Tensor; readonly components: Distribution | readonly Distribution[] };
}

/** The components in a common form. */
interface Stack {
  batch: number;
  eventShape: readonly number[];
  support: Support;
  /** One draw from each component, [...prefix, batch, K, …event]. */
  sample(rng: Parameters<Distribution["sample"]>[0], prefix: readonly number[]): tf.Tensor;
  /** From x [n?, batch, …event] to [n?, batch, K]. */
  logProb(x: tf.Tensor): tf.Tensor;
  /** A moment of each component, [batch, K, …event]. */
  moment(name: "mean" | "variance"): tf.Tensor;
}

const isDistribution = (value: unknown): boolean => typeof (value as Distribution | undefined)?.logProb === "function";
const componentsRule = accepts<Distribution | readonly Distribution[]>(
  (value) => (Array.isArray(value) ? value.length > 0 && value.every(isDistribution) : isDistribution(value)),
  "at least one distribution: one of batch K, or a list",
);
const schema = optionsSchema<MixtureOptions>({
  logits: tensorRule,
  components: componentsRule,
});

/**
 * A mixture Σₖ wₖ pₖ(x) of distributions with w = softmax(logits). Samples have no gradient, because the choice of a
 * component has none. There is no closed-form entropy.
 *
 * @throws ArgumentError for logits of another shape, components of different shapes, and unknown options
 */
export function mixture(options: MixtureOptions): Mixture {
  checkOptions("mixture()", schema, options);
  const { logits, components } = options;
  const stack = isList(components) ? stackList(components) : stackBatch(components);
  const k = isList(components) ? components.length : components.batch;
  const accepted = isList(components) ? [stack.batch, k] : [k];
  const shared = isList(components) && stack.batch > 1 && tf.util.arraysEqual(logits.shape, [1, k]);
  if (!shared && !tf.util.arraysEqual(logits.shape, accepted)) {
    throw new ArgumentError("mixture()", "logits", logits.shape, `of shape [${accepted}], one per component`);
  }
  const shape = [stack.batch, ...stack.eventShape];
  const eventAxes = stack.eventShape.map(() => 1);
  const logWeights = () => tf.logSoftmax(tf.reshape(logits, [-1, k]));
  // [batch or 1, K, 1, …] times [batch, K, …event], summed over K
  const average = (values: tf.Tensor) =>
    tf.sum(tf.mul(tf.reshape(tf.exp(logWeights()), [-1, k, ...eventAxes]), values), 1);

  const distribution = buildDistribution({
    family: "mixture",
    shape,
    reparameterized: false,
    support: stack.support,
    boundsItself: true,
    sample(rng, prefix) {
      const noise = rng.gumbel([...prefix, stack.batch, k]);
      const choice = tf.argMax(tf.add(logWeights(), noise), -1);
      const mask = oneHot(choice, k);
      const draws = stack.sample(rng, prefix);
      return tf.sum(tf.mul(tf.reshape(mask, [...mask.shape, ...eventAxes]), draws), prefix.length + 1);
    },
    logProb: (x) => logSumExp(tf.add(stack.logProb(x), logWeights()), -1),
    mean: () => average(stack.moment("mean")),
    variance() {
      // Law of total variance: E[Var] + Var[E].
      const means = stack.moment("mean");
      const center = tf.expandDims(average(means), 1);
      return average(tf.add(stack.moment("variance"), tf.square(tf.sub(means, center))));
    },
  });
  return { ...distribution, parameters: { logits, components } };
}

const isList = (components: Distribution | readonly Distribution[]): components is readonly Distribution[] =>
  Array.isArray(components);

/** One distribution of batch K: its batch axis becomes the component axis, and the mixture has batch 1. */
function stackBatch(components: Distribution): Stack {
  const { eventShape } = components;
  // Every example is evaluated under all K components: [rows, 1, …event].
  const asRows = (x: tf.Tensor) => tf.reshape(x, [-1, 1, ...eventShape]);
  return {
    batch: 1,
    eventShape,
    support: unionOf([components], eventShape.length, (support, x) => {
      const inside = insideAll(support, asRows(x), eventShape.length); // [rows, K or 1]
      return tf.reshape(tf.any(inside, 1), x.shape.slice(0, x.rank - eventShape.length));
    }),
    sample: (rng, prefix) => tf.expandDims(components.sample(rng, prefix[0]), prefix.length),
    logProb(x) {
      const outer = x.shape.slice(0, x.rank - eventShape.length);
      return tf.reshape(components.logProb(asRows(x)), [...outer, components.batch]);
    },
    moment: (name) => tf.expandDims(components[name](), 0),
  };
}

/** Which rows are in a support with their whole event: [.., …event] to [..]. */
function insideAll(support: Support, x: tf.Tensor, eventRank: number): tf.Tensor {
  const inside = support.contains(x);
  const event = Array.from({ length: eventRank }, (_, i) => inside.rank - eventRank + i);
  return eventRank === 0 ? inside : tf.all(inside, event);
}

/**
 * The union of supports: the values with a density under at least one component.
 *
 * @param insideOne which rows of x are in the support of a component, [.., …event] to [..]
 */
function unionOf(
  components: readonly Distribution[],
  eventRank: number,
  insideOne: (support: Support, x: tf.Tensor) => tf.Tensor,
): Support {
  const descriptions = [...new Set(components.map(({ support }) => support.description))];
  return {
    description: descriptions.join(", or "),
    contains: (x) =>
      tf.tidy(() => {
        const inside = components.map(({ support }) => insideOne(support, x)).reduce((a, b) => tf.logicalOr(a, b));
        return tf.reshape(inside, [...inside.shape, ...Array<number>(eventRank).fill(1)]);
      }),
  };
}

/** A list of K distributions with the same batch. */
function stackList(components: readonly Distribution[]): Stack {
  const [first] = components as readonly [Distribution, ...Distribution[]];
  const shape = (d: Distribution) => [d.batch, ...d.eventShape];
  for (const component of components) {
    if (!tf.util.arraysEqual(shape(component), shape(first))) {
      throw new ArgumentError("mixture()", "components", shape(component), `all of shape [${shape(first)}]`);
    }
  }
  return {
    batch: first.batch,
    eventShape: first.eventShape,
    support: unionOf(components, first.eventShape.length, (support, x) =>
      insideAll(support, x, first.eventShape.length),
    ),
    sample: (rng, prefix) =>
      tf.stack(
        components.map((c) => c.sample(rng, prefix[0])),
        prefix.length + 1,
      ),
    logProb: (x) =>
      tf.stack(
        components.map((c) => c.logProb(x)),
        -1,
      ),
    moment: (name) =>
      tf.stack(
        components.map((c) => c[name]()),
        1,
      ),
  };
}
