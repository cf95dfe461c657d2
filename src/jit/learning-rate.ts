import { ArgumentError } from "../runtime/argument-error";
import type { tf } from "../runtime/tensorflow";
import { activeRecorder } from "./active-recorder";
import { withUndo } from "./reset-tracing";

/** A number no hyperparameter is likely to be, which marks the learning rate while an optimizer is traced. */
const marker = Math.fround(1.618033e-19);

/** The fields of optimizers of tfjs that hold the learning rate. */
interface RatedOptimizer {
  learningRate: number;
  /** Optimizers that keep the rate in a tensor of their own (sgd and momentum) have this. */
  setLearningRate?(rate: number): void;
}

/**
 * Takes an optimizer step with a learning rate that is a tensor, so that a compiled function can take the rate as an
 * input instead of holding it fixed.
 *
 * @param optimizer any optimizer of tf.train
 * @param learningRate float32 scalar, or a number, which inside `jit()` is fixed
 * @param step applies the gradients: `() => optimizer.applyGradients(grads)` or `() => optimizer.minimize(…)`
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
      throw new Error(`withLearningRate(): ${optimizer.getClassName()} made no use of its learning rate in the step.`);
    });
  } finally {
    recorder.stand.pop();
  }
}

function setRate(optimizer: RatedOptimizer, rate: number): void {
  if (optimizer.setLearningRate !== undefined) optimizer.setLearningRate(rate);
  else optimizer.learningRate = rate;
}
