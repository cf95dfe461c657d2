import { describe, expect, it } from "vitest";
import { sprites } from "../../src/datasets/sprites";
import { tf } from "../../src/runtime/tensorflow";

const distinct = (images: tf.Tensor2D): number =>
  new Set((images.arraySync() as number[][]).map((image) => image.join())).size;

/** Mean position of the ink in pixels, [x, y]. */
function center(image: readonly number[], size: number): [number, number] {
  const ink = image.reduce((a, b) => a + b);
  const mean = (at: (i: number) => number) => image.reduce((sum, value, i) => sum + value * (at(i) + 0.5), 0) / ink;
  return [mean((i) => i % size), mean((i) => Math.floor(i / size))];
}

describe("sprites()", () => {
  it("draws every combination of the factors once, the last factor fastest", () => {
    const set = sprites();
    expect(set.images.shape).toEqual([13_824, 1024]);
    expect(set.factorSizes).toEqual([3, 4, 8, 12, 12]);
    expect(set.count).toBe(13_824);
    const rows = set.factors.arraySync() as number[][];
    expect(new Set(rows.map(String)).size).toBe(13_824);
    expect(rows[1]).toEqual([0, 0, 0, 0, 1]);
    expect(rows.at(-1)).toEqual([2, 3, 7, 11, 11]);
    set.dispose();
  });

  it("gives every combination an image of its own, with gray edges, and the same at every call", () => {
    const before = tf.memory().numTensors;
    const options = { size: 16, scales: 3, rotations: 4, columns: 3, rows: 3 };
    const [one, two] = [sprites(options), sprites(options)];
    expect(distinct(one.images)).toBe(one.count);
    expect(one.images.arraySync()).toEqual(two.images.arraySync());
    const values = new Set(one.images.dataSync());
    expect(values.size).toBe(17);
    for (const value of values) expect(Number.isInteger(16 * value)).toBe(true);
    one.dispose();
    two.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("over a full turn, squares repeat after a quarter and ellipses after a half", () => {
    const set = sprites({ scales: 1, rotations: 8, columns: 1, rows: 1, turn: 360 });
    const [square, ellipse, heart] = tf.split(set.images, 3) as tf.Tensor2D[];
    expect([square, ellipse, heart].map((images) => distinct(images as tf.Tensor2D))).toEqual([2, 4, 8]);
    set.dispose();
  });

  it("places the ink where x and y say, inside the image, and more of it at a larger scale", () => {
    const size = 32;
    const set = sprites({ size, scales: 2, rotations: 1, columns: 5, rows: 5 });
    const images = set.images.arraySync() as number[][];
    const factors = set.factors.arraySync() as number[][];
    const amounts = new Map<string, number>();
    for (const [i, image] of images.entries()) {
      const [shape, scale, , column, row] = factors[i] as [number, number, number, number, number];
      const [x, y] = center(image, size);
      const wanted = (k: number) => size * (0.24 + 0.13 * k);
      expect(Math.abs(x - wanted(column))).toBeLessThan(0.1);
      // A heart's ink is not centered: it lies above the middle, by a part of its radius.
      if (shape < 2) expect(Math.abs(y - wanted(row))).toBeLessThan(0.1);
      // A shape that left the image would lose ink. Elsewhere it has the same, up to the grid of 4 points per pixel: on a side
      // of 1.6 radii lie `least` of them or one more.
      const least = Math.floor(4 * 1.6 * 6.4 * (scale === 0 ? 0.5 : 1));
      const ink = image.reduce((a, b) => a + b);
      const first = amounts.get(`${shape},${scale}`) ?? ink;
      amounts.set(`${shape},${scale}`, first);
      expect(Math.abs(ink / first - 1)).toBeLessThanOrEqual((1 + 1 / least) ** 2 - 1);
    }
    for (const shape of [0, 1, 2]) {
      const ratio = (amounts.get(`${shape},1`) as number) / (amounts.get(`${shape},0`) as number);
      expect(Math.abs(ratio - 4)).toBeLessThan(0.3);
    }
    set.dispose();
  });

  it.each<[string, () => unknown, RegExp]>([
    ["a tiny image", () => sprites({ size: 4 }), /size must be a whole number in \[8, 64\], but got 4/],
    ["half a rotation", () => sprites({ rotations: 0.5 }), /rotations must be a whole number/],
    ["too many images", () => sprites({ scales: 40 }), /at most 16384 images, not 138240/],
    ["no turn", () => sprites({ turn: 0 }), /turn must be an angle in \(0, 360\] degrees, but got 0/],
  ])("refuses %s", (_, call, message) => expect(call).toThrow(message));
});
