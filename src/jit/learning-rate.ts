import { ArgumentError } from "../runtime/argument-error";
import type { tf } from "../runtime/tensorflow";
import { activeRecorder } from "./active-recorder";
import { withUndo } from "./reset-tracing";

/** Stands for the learning rate while an optimizer is traced. No other hyperparameter is likely to have this value. */
const marker = Math.fround(1.618033e-19);

/** The fields of the tfjs optimizers that hold the learning rate. */
interface RatedOptimizer {
  learningRate: number;
  /** Exists in the optimizers that keep the rate in a tensor (sgd and momentum). */
  setLearningRate?(rate: number): void;
}

/**
 * Takes an optimizer step with the given learning rate. The rate may be a tensor, so it can be an input of a compiled function
 * instead of a constant. Afterward, the optimizer has its own learning rate again.
 *
 * @param optimizer any optimizer of tf.train
 * @param learningRate a float32 scalar, or a number; inside `jit()`, a number becomes a constant
 * @param step applies the gradients: `() => optimizer.applyGradients(grads)` or `() => optimizer.minimize(…)`
 * @returns the result of `step`
 * @throws ArgumentError if the optimizer has no learning rate
 * @throws Error if the step of a compiled function does not use the optimizer's learning rate
 */
export function withLearningRate<T>(optimizer: tf.Optimizer, learningRate: tf.Scalar | number, step: () => T): T {
  const rated = optimizer as unknown as RatedOptimizer;
  const before = rated.learningRate;
  if (typeof before !== "number") {
    throw new ArgumentError("withLearningRate()", "optimizer", optimizer, "an optimizer of tf.train");
  }
  const recorder = typeof learningRate === "number" ? undefined : activeRecorder();
  const restore = (): void => setRate(rated, before);
  if (recorder === undefined) {
    const rate = typeof learningRate === "number" ? learningRate : learningRate.dataSync()[0]!;
    return withUndo(restore, () => {
      setRate(rated, rate);
      return step();
    });
  }
  const substitute = { number: marker, tensor: learningRate as tf.Tensor, uses: 0 };
  recorder.stand.push(substitute);
  try {
    return withUndo(restore, () => {
      setRate(rated, marker);
      const result = step();
      if (substitute.uses > 0) return result;
      throw new Error(`withLearningRate(): the step did not use the learning rate of ${optimizer.getClassName()}.`);
    });
  } finally {
    recorder.stand.pop();
  }
}

function setRate(optimizer: RatedOptimizer, rate: number): void {
  if (optimizer.setLearningRate !== undefined) optimizer.setLearningRate(rate);
  else optimizer.learningRate = rate;
}
