import { describe, expect, test } from "vitest";
import { formatSpread } from "../../src/metrics/format-spread";
import { mean } from "../../src/metrics/mean";
import { pairedGain } from "../../src/metrics/paired-gain";
import { stdDev } from "../../src/metrics/std-dev";

describe("mean() and stdDev()", () => {
  test("are the mean and the sample standard deviation, also of typed arrays", () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(stdDev([1, 2, 6])).toBeCloseTo(Math.sqrt(7), 12);
    expect(mean(Float32Array.of(0.5, 1.5))).toBe(1);
    expect(stdDev([4])).toBe(0);
  });

  test.each([[[]], [[1, Number.NaN]], [[Number.POSITIVE_INFINITY]], ["12"], [undefined]])("refuse %o", (wrong) => {
    for (const f of [mean, stdDev]) expect(() => f(wrong as number[])).toThrow(/values.* must be /);
  });
});

test("formatSpread() shows four digits of the mean, or the decimals asked for", () => {
  expect(formatSpread([-100, -102])).toBe("-101.0 ± 1.4");
  expect(formatSpread([0.001234567])).toBe("0.001235");
  expect(formatSpread([97.31, 97.91], 2)).toBe("97.61 ± 0.42");
});

describe("pairedGain()", () => {
  test("is far more certain than the difference of two means, where pairs share their noise", () => {
    const noise = [5, -3, 9, 0.5];
    const gain = pairedGain(
      noise.map((x, i) => x + 1 + (i % 2) * 0.1),
      noise,
    );
    expect(gain).toMatchObject({ wins: 4, count: 4 });
    expect(gain.mean).toBeCloseTo(1.05, 12);
    expect(gain.stdDev).toBeCloseTo(0.05774, 4);
    expect(gain.standardError).toBeCloseTo(0.02887, 4);
  });

  test("refuses lists of different length", () => {
    expect(() => pairedGain([1, 2], [1])).toThrow(/baseline must be as many numbers as values \(2\)/);
  });
});
