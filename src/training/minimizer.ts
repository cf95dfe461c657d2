import { withLearningRate } from "../jit/learning-rate";
import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import { disposeOptimizer } from "./optimizer-state";

/** Takes one optimizer step of a phase along its loss, and returns the loss. */
export type Minimize = (phase: Phase, loss: () => tf.Scalar, learningRate: tf.Scalar) => tf.Scalar;

/** The optimizers of a fit, one per phase, in the order of the phases. */
export interface Minimizer {
  readonly optimizers: readonly tf.Optimizer[];
  readonly minimize: Minimize;
  dispose(): void;
}

/** @param clipNorm the largest norm of a phase's whole gradient; a longer one is scaled down to it */
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
        // As a list, whose order is that of the phase's variables in every process; a record with numeric names has its own.
        const list = phase.variables().map(({ name }) => ({ name, tensor: clipped[name] as tf.Tensor }));
        const scale = phase.learningRateScale ?? 1;
        const rate = scale === 1 ? learningRate : (tf.mul(learningRate, scale) as tf.Scalar);
        withLearningRate(optimizer, rate, () => optimizer.applyGradients(list));
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
  for (const _ of phases) {
    const optimizer = make();
    if (!(optimizer instanceof tf.Optimizer) || made.includes(optimizer)) {
      for (const other of made) disposeOptimizer(other);
      throw new ArgumentError("fit()", "the result of `optimizer`", optimizer, "a new optimizer of tf.train each time");
    }
    made.push(optimizer);
  }
  return made;
}

/** Scales gradients by min(1, c / ‖g‖), the norm taken over all of them (Pascanu et al. 2013, algorithm 1). */
function clipByNorm(gradients: tf.NamedTensorMap, limit: number): tf.NamedTensorMap {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.addN(squares));
  const scale = tf.minimum(1, tf.div(limit, tf.maximum(norm, 1e-12)));
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, scale)]));
}
