import { afterEach, expect, test } from "vitest";
import { tf } from "../../src/runtime/tensorflow";
import { disposeOptimizer, optimizerState, restoreOptimizer } from "../../src/training/optimizer-state";
import { numbers } from "./toys";

afterEach(() => tf.disposeVariables());

/** Every optimizer of tf.train, with the fields that its state must have for two variables. */
const optimizers: [name: string, make: () => tf.Optimizer, tensors: string[]][] = [
  ["sgd", () => tf.train.sgd(0.01), []],
  ["momentum", () => tf.train.momentum(0.01, 0.9), ["accumulations/0", "accumulations/1"]],
  ["Nesterov momentum", () => tf.train.momentum(0.01, 0.9, true), ["accumulations/0", "accumulations/1"]],
  ["adagrad", () => tf.train.adagrad(0.01), ["accumulatedGrads/0", "accumulatedGrads/1"]],
  [
    "adadelta",
    () => tf.train.adadelta(0.01),
    ["accumulatedGrads/0", "accumulatedGrads/1", "accumulatedUpdates/0", "accumulatedUpdates/1"],
  ],
  [
    "adam",
    () => tf.train.adam(0.01),
    [
      ...["accBeta1", "accBeta2", "accumulatedFirstMoment/0", "accumulatedFirstMoment/1"],
      ...["accumulatedSecondMoment/0", "accumulatedSecondMoment/1"],
    ],
  ],
  [
    "adamax",
    () => tf.train.adamax(0.01, 0.9, 0.999, 1e-7, 0.1),
    [
      ...["accBeta1", "accumulatedFirstMoment/0", "accumulatedFirstMoment/1"],
      ...["accumulatedWeightedInfNorm/0", "accumulatedWeightedInfNorm/1", "iteration"],
    ],
  ],
  [
    "rmsprop",
    () => tf.train.rmsprop(0.01, 0.9, 0.5),
    ["accumulatedMeanSquares/0", "accumulatedMeanSquares/1", "accumulatedMoments/0", "accumulatedMoments/1"],
  ],
  [
    "centered rmsprop",
    () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-7, true),
    [
      ...["accumulatedMeanGrads/0", "accumulatedMeanGrads/1", "accumulatedMeanSquares/0", "accumulatedMeanSquares/1"],
      ...["accumulatedMoments/0", "accumulatedMoments/1"],
    ],
  ],
];

test.each(optimizers)("the state of %s is complete: a new one goes on exactly", (_, make, fields) => {
  const variables: tf.Variable[] = [tf.variable(tf.tensor1d([3, -2])), tf.variable(tf.scalar(5))];
  const steps = (optimizer: tf.Optimizer, count: number) => {
    for (let i = 0; i < count; i++) {
      const loss = () => tf.addN(variables.map((variable) => tf.sum(tf.square(variable)))) as tf.Scalar;
      optimizer.minimize(loss, false, variables);
    }
  };
  const first = make();
  steps(first, 3);
  const state = optimizerState(first);
  expect(Object.keys(state.tensors).sort()).toEqual(fields);
  expect(state.iterations).toBe(3);
  const saved = {
    ...state,
    tensors: Object.fromEntries(Object.entries(state.tensors).map(([k, v]) => [k, v.clone()])),
  };
  const values = variables.map((variable) => variable.clone());

  steps(first, 4);
  const expected = numbers(variables);
  expect(expected.every(Number.isFinite)).toBe(true);
  for (const [i, variable] of variables.entries()) variable.assign(values[i]!);
  const second = make();
  restoreOptimizer(second, saved);
  steps(second, 4);
  expect(numbers(variables)).toEqual(expected);
  expect(second.iterations).toBe(7);

  // What was restored belongs to the optimizer alone.
  const held = tf.memory().numTensors;
  const rateAndMomentum = Number("c" in second) + Number("m" in second);
  disposeOptimizer(second);
  expect(tf.memory().numTensors).toBe(held - fields.length - rateAndMomentum);
  for (const tensor of Object.values(saved.tensors)) expect(tensor.isDisposed).toBe(false);
});
