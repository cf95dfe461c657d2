import { withLearningRate } from "../jit/learning-rate";
import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import { constrain } from "./layer-penalties";
import { disposeOptimizer } from "./optimizer-state";

/** Takes one optimizer step that decreases the loss of a phase, and returns the loss before the step. */
export type Minimize = (phase: Phase, loss: () => tf.Scalar, learningRate: tf.Scalar) => tf.Scalar;

/** The optimizers of a fit: one per phase, in the order of the phases. */
export interface Minimizer {
  readonly optimizers: readonly tf.Optimizer[];
  readonly minimize: Minimize;
  dispose(): void;
}

/** @param clipNorm the maximum norm of a phase's whole gradient; a larger gradient is scaled down to this norm */
export function minimizer(
  phases: readonly Phase[],
  makeOptimizer: () => tf.Optimizer,
  clipNorm: number | undefined,
): Minimizer {
  const optimizers = makeOptimizers(phases, makeOptimizer);
  return {
    optimizers,
    minimize(phase, loss, learningRate) {
      const optimizer = optimizers[phases.indexOf(phase)] as tf.Optimizer;
      return tf.tidy(() => {
        const { value, grads } = tf.variableGrads(loss, phase.variables());
        const clipped = clipNorm === undefined ? grads : clipByNorm(grads, clipNorm);
        // A list keeps the order of the variables. An object would not, because JavaScript puts keys that are integers first.
        const list = phase.variables().map(({ name }) => ({ name, tensor: clipped[name] as tf.Tensor }));
        const scale = phase.learningRateScale ?? 1;
        const rate = scale === 1 ? learningRate : (tf.mul(learningRate, scale) as tf.Scalar);
        withLearningRate(optimizer, rate, () => optimizer.applyGradients(list));
        constrain(phase.variables());
        return value;
      });
    },
    dispose() {
      for (const optimizer of optimizers) disposeOptimizer(optimizer);
    },
  };
}

function makeOptimizers(phases: readonly Phase[], make: () => tf.Optimizer): tf.Optimizer[] {
  const made: tf.Optimizer[] = [];
  try {
    for (const _ of phases) {
      const optimizer = make();
      if (!(optimizer instanceof tf.Optimizer) || made.includes(optimizer)) {
        throw new ArgumentError("fit()", "the result of `optimizer`", optimizer, "a new tf.train optimizer each time");
      }
      made.push(optimizer);
    }
  } catch (error) {
    for (const optimizer of made) disposeOptimizer(optimizer);
    throw error;
  }
  return made;
}

/** The smallest normal float32. Smaller numbers have fewer digits. */
const tiny = 2 ** -126;

/**
 * Scales gradients by min(1, c / ‖g‖), where ‖g‖ is the norm over all of them (Pascanu et al. 2013, algorithm 1).
 *
 * The norm is computed as ‖g‖ = m ‖g / m‖, where m is the largest magnitude. The squares of g overflow float32 if an entry
 * exceeds about 2e19. The squares of g / m never do.
 */
function clipByNorm(gradients: tf.NamedTensorMap, limit: number): tf.NamedTensorMap {
  const all = Object.values(gradients);
  const largest = tf.maximum(tf.max(tf.stack(all.map((gradient) => tf.max(tf.abs(gradient))))), tiny);
  const scaled = Object.entries(gradients).map(([name, gradient]) => [name, tf.div(gradient, largest)] as const);
  // The norm of g / m is at least 1, unless all gradients are smaller than `tiny`. Then nothing is clipped.
  const norm = tf.maximum(tf.sqrt(tf.addN(scaled.map(([, gradient]) => tf.sum(tf.square(gradient))))), 1);
  const clipped = tf.div(limit, norm);
  const isShort = tf.lessEqual(largest, clipped);
  return Object.fromEntries(
    scaled.map(([name, gradient]) => [
      name,
      tf.where(isShort, gradients[name] as tf.Tensor, tf.mul(gradient, clipped)),
    ]),
  );
}
