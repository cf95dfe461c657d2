import { expect, test } from "vitest";
import { logCounts } from "../../src/networks/log-counts";
import { mlp } from "../../src/networks/mlp";
import { tf } from "../../src/runtime/tensorflow";

test("logCounts() is log(1 + x), of any shape", () => {
  const y = logCounts().apply(tf.tensor3d([[[0, 1, Math.E - 1]]])) as tf.Tensor;
  expect(y.shape).toEqual([1, 1, 3]);
  for (const [i, expected] of [0, Math.log(2), 1].entries()) expect(y.dataSync()[i]).toBeCloseTo(expected, 6);
});

test("mlp() applies the first layer to its inputs, and refuses what is none", () => {
  const x = tf.tensor2d([[0, 3, 20]]);
  const [plain, first] = [{}, { first: logCounts() }].map((given) =>
    mlp({ inputs: 3, hidden: [], outputs: 2, ...given }),
  );
  first!.setWeights(plain!.getWeights());
  const [expected, actual] = [plain!.apply(x.log1p()), first!.apply(x)] as [tf.Tensor, tf.Tensor];
  expect(actual.sub(expected).abs().max().dataSync()[0]).toBeLessThan(1e-6);
  expect(() => mlp({ inputs: 3, hidden: [], first: "log" as never })).toThrow(/first must be one layer of tf.layers/);
});
