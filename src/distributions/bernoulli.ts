import { checkOptions, optionsSchema } from "../runtime/check-options";
import { oneOf } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildFactorized } from "./build-factorized";
import type { Distribution } from "./distribution";
import { type Parameter, parameterRule, parameterShape, type ShapeOptions, shapeRule } from "./parameters";
import { supports } from "./support";

/** Parameters of `bernoulli()`. */
export interface BernoulliOptions extends ShapeOptions {
  /** log p/(1 − p), [batch, …event] */
  logits: Parameter;
  /**
   * The values that `logProb` accepts. `"binary"`: zeros and ones, the support of a Bernoulli variable. `"gray"`: numbers
   * in [0, 1], for which `logProb` is minus the cross-entropy in nats, as often reported for gray images. This is not a
   * log-density: it does not integrate to one over [0, 1], and must not be compared with values for binary images (for a
   * density, see `continuousBernoulli`). Defaults to "binary".
   */
  values?: "binary" | "gray";
}

/** A Bernoulli distribution with independent components, created by `bernoulli()`. */
export interface Bernoulli extends Distribution {
  readonly family: "bernoulli";
  readonly parameters: { readonly logits: Parameter };
}

const schema = optionsSchema<BernoulliOptions>({
  logits: parameterRule,
  values: oneOf("binary", "gray").optional(),
  shape: shapeRule.optional(),
});

/**
 * The Bernoulli distribution with independent components. Samples are 0 or 1 and have no gradient.
 *
 * @throws ArgumentError for numbers out of range, tensors that are not float32 or do not broadcast, and unknown options
 */
export function bernoulli(options: BernoulliOptions): Bernoulli {
  checkOptions("bernoulli()", schema, options);
  const { logits, values = "binary", shape: wanted } = options;
  const shape = parameterShape("bernoulli()", { logits }, wanted);
  const probs = () => tf.sigmoid(logits);
  const distribution = buildFactorized({
    family: "bernoulli",
    shape,
    reparameterized: false,
    support: values === "binary" ? supports.binary : supports.unitInterval,
    sample: (rng, prefix) => tf.less(rng.uniform([...prefix, ...shape]), probs()).toFloat(),
    // x log σ(l) + (1 − x) log(1 − σ(l)) = x l − softplus(l), since log(1 − σ(l)) = −softplus(l) and log σ(l) = l − softplus(l).
    // Its gradient is x − σ(l), even at l = 0; forms with |l| depend on the library's derivative of |l| there.
    logProb: (x, sumEvent) => sumEvent(tf.sub(tf.mul(x, logits), tf.softplus(logits))),
    mean: probs,
    // p(1 − p) = σ(l) σ(−l), without the cancellation of 1 − p.
    variance: () => tf.mul(probs(), tf.sigmoid(tf.neg(logits))),
    // −p log p − (1 − p) log(1 − p) = softplus(l) − p l
    entropy: () => tf.sub(tf.softplus(logits), tf.mul(probs(), logits)),
  });
  return { ...distribution, parameters: { logits } };
}
