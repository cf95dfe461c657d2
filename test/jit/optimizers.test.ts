import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jit } from "../../src/jit/jit";
import { withLearningRate } from "../../src/jit/learning-rate";
import { tf } from "../../src/runtime/tensorflow";
import { type Experiment, expectAgreement, expectClose, modes } from "./agree";

beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

const optimizers: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  "momentum (Nesterov)": () => tf.train.momentum(0.1, 0.9, true),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.1),
  adam: () => tf.train.adam(0.1),
  adamax: () => tf.train.adamax(0.1, 0.9, 0.999, 1e-7, 0.1),
  rmsprop: () => tf.train.rmsprop(0.1),
  "rmsprop (momentum, centered)": () => tf.train.rmsprop(0.1, 0.9, 0.5, 1e-3, true),
};

interface Training extends Experiment<[tf.Tensor2D, tf.Scalar]> {
  optimizer: tf.Optimizer;
}

const training = (makeOptimizer: () => tf.Optimizer, scheduled: boolean): Training => {
  const w = tf.variable(
    tf.tensor2d([
      [0.5, -1.5],
      [2, 0.1],
    ]),
  );
  const b = tf.variable(tf.tensor1d([0.3, -0.2]));
  const optimizer = makeOptimizer();
  const loss = (x: tf.Tensor2D): tf.Scalar => x.matMul(w).add(b).square().mean();
  const minimize = (x: tf.Tensor2D): tf.Scalar => optimizer.minimize(() => loss(x), true, [w, b])!;
  return {
    optimizer,
    step: (x, rate) => (scheduled ? withLearningRate(optimizer, rate, () => minimize(x)) : minimize(x)),
    variables: () => [w, b],
  };
};

const batches: [tf.Tensor2D, tf.Scalar][] = [0.1, 0.05, 0.2, 0.01].map((rate, i) => [
  tf.keep(
    tf.tensor2d([
      [1, 2 + i],
      [-0.5 * i, 3],
      [0.25, 1],
    ]),
  ),
  tf.keep(tf.scalar(rate)),
]);

describe.each(Object.entries(optimizers))("%s", (_, makeOptimizer) => {
  test.each(modes)("takes the same steps $mode as eagerly", ({ xla }) => {
    expectAgreement(() => training(makeOptimizer, false), batches, xla);
  });

  test.each(modes)("takes its learning rate as an input, $mode", ({ xla }) => {
    expectAgreement(() => training(makeOptimizer, true), batches, xla);
  });

  test("has the learning rate it had after a step with another", () => {
    const { step, optimizer } = training(makeOptimizer, true);
    const rate = () => (optimizer as unknown as { learningRate: number }).learningRate;
    jit(step)(...batches[1]!);
    expect(rate()).toBe(0.1);
  });

  test("counts its compiled steps", () => {
    const { step, optimizer } = training(makeOptimizer, false);
    const run = jit(step);
    for (const batch of batches) run(...batch);
    expect(optimizer.iterations).toBe(batches.length);
  });

  test("notices a learning rate that was changed from outside", () => {
    const make = () => {
      const experiment = training(makeOptimizer, false);
      const optimizer = experiment.optimizer as unknown as { learningRate: number; setLearningRate?(r: number): void };
      const change = (rate: number) =>
        optimizer.setLearningRate ? optimizer.setLearningRate(rate) : Object.assign(optimizer, { learningRate: rate });
      return { ...experiment, change };
    };
    const [eager, compiled] = [make(), make()];
    const run = jit(compiled.step);
    for (const rate of [0.1, 0.02]) {
      for (const { change } of [eager, compiled]) change(rate);
      for (const batch of batches) expectClose(run(...batch), eager.step(...batch));
    }
    expect(run.stats.traces).toBe(2);
  });
});

test.each(modes)("gradients can be clipped by their norm, $mode", ({ xla }) => {
  const make = (): Experiment<[tf.Tensor2D]> => {
    const w = tf.variable(tf.tensor2d([[3, -4]]));
    const optimizer = tf.train.adam(0.1);
    return {
      variables: () => [w],
      step: (x) => {
        const { value, grads } = tf.variableGrads(() => x.mul(w).square().sum() as tf.Scalar, [w]);
        const norm = tf.sqrt(tf.addN(Object.values(grads).map((grad) => grad.square().sum())));
        const scale = tf.minimum(1, tf.div(1, norm));
        const clipped = Object.fromEntries(Object.entries(grads).map(([name, grad]) => [name, grad.mul(scale)]));
        optimizer.applyGradients(clipped);
        return tf.stack([value, norm]);
      },
    };
  };
  expectAgreement(
    make,
    batches.map(([x]) => [x] as [tf.Tensor2D]),
    xla,
  );
});

test("withLearningRate refuses what is not an optimizer, and a step that does not use the optimizer", () => {
  expect(() => withLearningRate({} as tf.Optimizer, 0.1, () => 0)).toThrow(
    "withLearningRate(): optimizer must be an optimizer of tf.train, but got {}.",
  );
  const optimizer = tf.train.adam(0.1);
  const idle = jit((rate: number) => withLearningRate(optimizer, rate as unknown as tf.Scalar, () => tf.scalar(1)));
  expect(() => idle(0.1)).toThrow("withLearningRate(): the step did not use the learning rate of Adam.");
});
