import { describe, expect, test } from "vitest";
import { cars } from "../../src/datasets/cars";
import { standardizer } from "../../src/preprocessing/tables/standardizer";
import { tf } from "../../src/runtime/tensorflow";

const known = (column: Float32Array): number[] => [...column].filter((value) => !Number.isNaN(value));
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("cars()", () => {
  test("holds 406 cars, of which 8 lack the fuel economy and 6 the power", async () => {
    const { size, models, origins, numbers } = await cars();
    expect([size, models.length, origins.length]).toEqual([406, 406, 406]);
    const missing = Object.entries(numbers).map(([name, column]) => [name, size - known(column).length]);
    expect(missing.filter(([, count]) => count !== 0)).toEqual([
      ["milesPerGallon", 8],
      ["horsepower", 6],
    ]);
    expect([...new Set(origins)].sort()).toEqual(["Europe", "Japan", "USA"]);
  });

  test("has the known first car, and the mean fuel economy of 23.5 miles per gallon of its source", async () => {
    const { models, numbers, units } = await cars();
    expect(models[0]).toBe("chevrolet chevelle malibu");
    expect(Object.values(numbers).map((column) => column[0])).toEqual([18, 8, 307, 130, 3504, 12, 1970]);
    expect(mean(known(numbers.milesPerGallon))).toBeCloseTo(23.51, 2);
    expect(units.milesPerGallon).toBe("miles per US gallon");
  });
});

describe("standardizer()", () => {
  const x = tf.tensor2d([
    [1, 10, 5],
    [3, Number.NaN, 5],
    [5, 30, 5],
  ]);

  test("brings the known values to mean 0 and standard deviation 1; missing ones stay missing; constants become 0", () => {
    const { transform, inverseTransform, means, stdDevs } = standardizer(x);
    expect([[...means], [...stdDevs].map((value) => Number(value.toFixed(4)))]).toEqual([
      [3, 20, 5],
      [1.633, 10, 1],
    ]);
    const z = transform(x).arraySync();
    expect(z[1]).toEqual([0, Number.NaN, 0]);
    expect(mean(z.map((row) => (row[0] as number) ** 2))).toBeCloseTo(1, 5);
    const back = inverseTransform(transform(x)).arraySync().flat();
    for (const [i, value] of x.arraySync().flat().entries()) {
      if (Number.isNaN(value)) expect(back[i]).toBeNaN();
      else expect(back[i]).toBeCloseTo(value, 4);
    }
  });

  test("owns no native memory", () => {
    const before = tf.memory().numTensors;
    standardizer(x);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("refuses a column without a value, and other columns than it knows", () => {
    expect(() => standardizer(tf.fill([3, 2], Number.NaN))).toThrow(
      /training must be a table with at least one value in column 0/,
    );
    expect(() => standardizer(tf.ones([3]) as never)).toThrow(
      /training must be a tensor of shape \[examples, columns\]/,
    );
    expect(() => standardizer(x).transform(tf.ones([3, 2]))).toThrow(/x must be a tensor of shape \[examples, 3\]/);
  });
});
