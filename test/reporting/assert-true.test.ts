import { expect, test, vi } from "vitest";
import { assertTrue } from "../../src/reporting/assert-true";

test("assertTrue() prints the claim that holds", () => {
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  assertTrue("the bound is below log p(x)", 1 < 2);
  expect(print.mock.calls).toEqual([["✓ the bound is below log p(x)"]]);
  print.mockRestore();
});

test.each([false, undefined, 1, "yes"])("assertTrue() throws for %s, and names the claim", (condition) => {
  expect(() => assertTrue("the bound is below log p(x)", condition as never)).toThrow(
    "the bound is below log p(x): this does not hold",
  );
});
