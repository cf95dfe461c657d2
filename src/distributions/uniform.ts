import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { tf } from "../runtime/tensorflow";
import { buildFactorized } from "./build-factorized";
import type { Distribution } from "./distribution";
import { type Parameter, parameterRule, parameterShape, type ShapeOptions, shapeRule } from "./parameters";
import { intervalSupport } from "./support";

/** Parameters of `uniform()`. */
export interface UniformOptions extends ShapeOptions {
  /** [batch, …event] */
  low: Parameter;
  /** Above low, [batch, …event] */
  high: Parameter;
}

/** A uniform distribution with independent components, created by `uniform()`. */
export interface Uniform extends Distribution {
  readonly family: "uniform";
  readonly parameters: { readonly low: Parameter; readonly high: Parameter };
}

const schema = optionsSchema<UniformOptions>({
  low: parameterRule,
  high: parameterRule,
  shape: shapeRule.optional(),
});

/**
 * The uniform distribution on [low, high] with independent components. Outside, `logProb` is −Infinity.
 *
 * @throws ArgumentError for numbers out of range, tensors that are not float32 or do not broadcast, and unknown options
 */
export function uniform(options: UniformOptions): Uniform {
  checkOptions("uniform()", schema, options);
  const { low, high, shape: wanted } = options;
  const shape = parameterShape("uniform()", { low, high }, wanted);
  if (typeof low === "number" && typeof high === "number" && !(low < high)) {
    throw new ArgumentError("uniform()", "high", high, `above low, which is ${low}`);
  }
  const width = () => tf.sub(high, low);
  const support = intervalSupport(low, high);
  const distribution = buildFactorized({
    family: "uniform",
    shape,
    reparameterized: true,
    support,
    sample: (rng, prefix) => tf.add(low, tf.mul(width(), rng.uniform([...prefix, ...shape]))),
    logProb: (x, sumEvent) => sumEvent(tf.sub(tf.zerosLike(x), tf.log(width()))),
    mean: () => tf.add(low, high).mul(0.5),
    variance: () => tf.square(width()).div(12),
    entropy: () => tf.log(width()),
  });
  return { ...distribution, parameters: { low, high } };
}
