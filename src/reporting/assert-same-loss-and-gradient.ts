import { tf } from "../runtime/tensorflow";
import { toNumber } from "../runtime/to-number";
import { assertClose } from "./assert-close";

/** What `assertSameLossAndGradient()` compares. */
export interface SameLossOptions {
  /** The loss as written in the notebook: a scalar in nats. */
  mine: () => tf.Tensor;
  /** The library's loss, for the same batch and the same noise (see `fixedNoise()`). */
  library: () => tf.Tensor;
  /** The variables of the gradient, such as `model.variables()`. */
  variables: readonly tf.Variable[];
  /** Largest relative error; defaults to 1e-5, which rounding in float32 can reach. */
  tolerance?: number;
}

/**
 * Checks that two implementations of a loss agree, in value and in gradient. Equal values are not enough: a term without a
 * gradient leaves the value as it is.
 *
 * The error of the gradient is ‖g₁ − g₂‖ / ‖g₂‖, over all variables together. A variable that the loss does not use counts as 0.
 *
 * @throws Error with the relative error, if the losses or the gradients differ
 */
export function assertSameLossAndGradient({ mine, library, variables, tolerance = 1e-5 }: SameLossOptions): void {
  tf.tidy(() => {
    const [own, reference] = [lossAndGradient(mine, variables), lossAndGradient(library, variables)];
    assertClose("loss: mine = library's, relative", own.loss / reference.loss - 1, tolerance);
    const difference = norm(own.gradient.map((part, i) => part.sub(reference.gradient[i] as tf.Tensor)));
    assertClose("gradient: mine = library's, relative", difference / norm(reference.gradient), tolerance);
  });
}

function lossAndGradient(loss: () => tf.Tensor, variables: readonly tf.Variable[]) {
  const { value, grads } = tf.variableGrads(() => loss().asScalar(), [...variables]);
  const gradient = variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
  return { loss: toNumber(value), gradient };
}

const norm = (parts: readonly tf.Tensor[]): number =>
  Math.sqrt(parts.reduce((sum, part) => sum + toNumber(() => part.square().sum()), 0));
