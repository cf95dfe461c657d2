import { expect, test, vi } from "vitest";
import { assertClose } from "../../src/reporting/assert-close";

test("assertClose() prints what held, with its error", () => {
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  assertClose("KL = Monte Carlo", -0.00123, 0.01);
  expect(print.mock.calls).toEqual([["✓ KL = Monte Carlo: off by -0.0012, allowed are 0.01"]]);
  print.mockRestore();
});

test.each([
  0.02,
  -0.02,
  Number.NaN,
  Number.POSITIVE_INFINITY,
])("assertClose() throws for an error of %s, and names the claim", (error) => {
  expect(() => assertClose("KL = Monte Carlo", error, 0.01)).toThrow(
    `KL = Monte Carlo: off by ${error}, allowed are 0.01`,
  );
});
