import { expect, test } from "vitest";
import { breastCancer } from "../../src/datasets/breast-cancer";
import { tf } from "../../src/runtime/tensorflow";

test("breastCancer() has the sizes, classes and ranges that its source publishes", async () => {
  const before = tf.memory().numTensors;
  const data = await breastCancer();
  expect(data.features.shape).toEqual([569, 30]);
  const labels = [...data.labels.dataSync()];
  expect([0, 1].map((label) => labels.filter((one) => one === label).length)).toEqual([212, 357]);
  const column = (name: string) => {
    const all = tf.tidy(() => data.features.slice([0, data.featureNames.indexOf(name)], [-1, 1]).dataSync());
    return [Math.min(...all), Math.max(...all)].map((value) => Number(value.toPrecision(4)));
  };
  expect(data.featureNames).toHaveLength(30);
  expect(column("mean radius")).toEqual([6.981, 28.11]);
  expect(column("mean concave points")).toEqual([0, 0.2012]);
  expect(column("standard error area")).toEqual([6.802, 542.2]);
  expect(column("worst texture")).toEqual([12.02, 49.54]);
  data.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
