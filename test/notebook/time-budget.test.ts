import { expect, test } from "vitest";
import { budgetFor, lateness } from "../../src/notebook/time-budget";

test("a machine that is half as fast has twice the time", () => {
  const [fast, slow] = [budgetFor(1.5), budgetFor(3)];
  expect(slow.seconds).toBe(2 * fast.seconds);
  expect(slow.limitSeconds).toBe(2 * fast.limitSeconds);
});

test("a late notebook gets a warning long before it fails", () => {
  const budget = budgetFor(2);
  expect(budget).toEqual({ referenceSeconds: 2, seconds: 90, limitSeconds: 450 });
  expect(lateness("01.ipynb", 90, budget)).toEqual([]);
  expect(lateness("01.ipynb", 91.3, budget)).toEqual([
    "01.ipynb took 91.3 s, more than its budget of 90.0 s on a machine where the reference workload takes 2.0 s",
  ]);
});
