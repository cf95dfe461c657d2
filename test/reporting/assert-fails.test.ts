import { describe, expect, test, vi } from "vitest";
import { assertFails } from "../../src/reporting/assert-fails";

describe("assertFails()", () => {
  test("prints the error of the check", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    assertFails("β twice", () => {
      throw new Error("rate is 2 × KL");
    });
    await assertFails("late", () => Promise.reject(new Error("too late")));
    expect(log.mock.calls.flat()).toEqual(["✓ caught “β twice”: rate is 2 × KL", "✓ caught “late”: too late"]);
    log.mockRestore();
  });

  test("throws if the check passes, now or later", async () => {
    expect(() => assertFails("β twice", () => 1)).toThrow("“β twice” passed the check that should catch it");
    await expect(assertFails("late", async () => 1)).rejects.toThrow("“late” passed the check");
  });
});
