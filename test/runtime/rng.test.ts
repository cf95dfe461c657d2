import { expect, test } from "vitest";
import { rng } from "../../src/runtime/rng";

test("the same seed gives the same numbers, another draw gives others", () => {
  const a = rng(1);
  const first = a.normal([1000]).dataSync();
  expect(rng(1).normal([1000]).dataSync()).toEqual(first);
  expect(a.normal([1000]).dataSync()).not.toEqual(first);
  const p = rng(3).permutation(1000).dataSync();
  expect([...p].sort((x, y) => x - y)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});
