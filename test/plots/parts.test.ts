import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import fc from "fast-check";
import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { measureText } from "../../src/plots/figure/measure-text";
import { sayTrend } from "../../src/plots/parts/describe";
import { imageBatch } from "../../src/plots/parts/image-batch";
import { pickEvenly } from "../../src/plots/parts/pick-evenly";
import { roundToScreen } from "../../src/plots/parts/round-to-screen";
import { sprite } from "../../src/plots/parts/sprite";
import { ticks } from "../../src/plots/parts/ticks";

const requireHere = createRequire(import.meta.url);

describe("measureText() gives the width that DejaVu Sans takes", () => {
  const fonts = { normal: "DejaVuSans.ttf", bold: "DejaVuSans-Bold.ttf" };
  const texts = ["nats per example", "MMMWWW", "illicit 0.125", "latent dimension 1", "{[(@#%&)]}"];
  test.each(
    texts.flatMap((text) => (["normal", "bold"] as const).map((fontWeight) => ({ text, fontWeight }))),
  )("$text, $fontWeight", ({ text, fontWeight }) => {
    // Between two bars the drawn width is the text's advance: a space or a round letter leaves no ink at its edge.
    const drawn = (content: string) => {
      const style = `font-family="DejaVu Sans" font-size="100" font-weight="${fontWeight}" xml:space="preserve"`;
      const escaped = content.replaceAll("&", "&amp;");
      const svg = `<svg xmlns="http://www.w3.org/2000/svg"><text y="100" ${style}>|${escaped}|</text></svg>`;
      const file = requireHere.resolve(`dejavu-fonts-ttf/ttf/${fonts[fontWeight]}`);
      return new Resvg(svg, { font: { loadSystemFonts: false, fontFiles: [file] } }).getBBox()!.width;
    };
    const width = drawn(text) - drawn("");
    const measured = measureText({ fontSize: 100, fontWeight }, text);
    // Kerning moves a few pairs of letters closer together.
    expect(Math.abs(measured - width) / width).toBeLessThan(0.03);
  });

  test("and no more than the limit that Vega sets", () => {
    expect(measureText({ fontSize: 10, limit: 20 }, "a long text that is cut")).toBe(20);
  });
});

test("a sprite puts every pixel where its image belongs", () => {
  const size = fc.integer({ min: 1, max: 4 });
  const layout = fc.record({
    width: size,
    height: size,
    columns: size,
    zoom: size,
    gap: size,
    below: size,
    count: size,
  });
  fc.assert(
    fc.property(layout, fc.constantFrom(1, 3), ({ width, height, columns, zoom, gap, below, count }, channels) => {
      const pixels = width * height * channels;
      const images = Array.from({ length: count }, (_, i) =>
        Array.from({ length: pixels }, (_, p) => ((7 * i + 3 * p) % 32) / 31),
      );
      const options = { imageWidth: width, imageHeight: height, channels: channels as 1 | 3 };
      const batch = imageBatch("test", "images", images, options);
      const drawn = sprite(batch, { columns, zoom, gap, below });
      const png = decode(Buffer.from(drawn.url.split(",")[1]!, "base64"));
      for (let i = 0; i < count; i++) {
        for (let y = 0; y < height * zoom; y++) {
          for (let x = 0; x < width * zoom; x++) {
            const row = Math.floor(i / columns) * drawn.step[1] + y;
            const column = (i % columns) * drawn.step[0] + x;
            const from = (Math.floor(y / zoom) * width + Math.floor(x / zoom)) * channels;
            for (let c = 0; c < channels; c++) {
              const value = png.data[(row * png.width + column) * channels + c]!;
              if (value !== Math.round(255 * images[i]![from + c]!)) return false;
            }
          }
        }
      }
      return true;
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("values outside an image's range are drawn as black and white", () => {
  const { images } = imageBatch("test", "images", [[-9, 0, 1, 9]], { imageWidth: 2, imageHeight: 2, range: [0, 1] });
  expect(Array.from(images[0]!)).toEqual([0, 0, 255, 255]);
});

test("pickEvenly(n, m) takes about m, in order, and from each class its share whatever the order of the list", () => {
  for (const period of [2, 5, 10, 100]) {
    const picked = pickEvenly(5000, 1500);
    expect(Math.abs(picked.length - 1500)).toBeLessThanOrEqual(2);
    expect(picked).toEqual([...picked].sort((a, b) => a - b));
    const ofClass = new Array<number>(period).fill(0);
    for (const i of picked) ofClass[i % period]! += 1;
    for (const count of ofClass) expect(Math.abs(count / (1500 / period) - 1)).toBeLessThan(0.15);
  }
  expect(pickEvenly(3, 5)).toEqual([0, 1, 2]);
});

test("roundToScreen() moves no value by more than a thousandth of the range", () => {
  const value = fc.double({ noNaN: true, min: -1e9, max: 1e9 });
  fc.assert(
    fc.property(fc.array(value, { minLength: 2 }), (values) => {
      const span = Math.max(...values) - Math.min(...values);
      const moved = roundToScreen(values).map((rounded, i) => Math.abs(rounded - values[i]!));
      return Math.max(...moved) <= span / 1000 + 1e-12 * Math.max(...values.map(Math.abs));
    }),
    { seed: 1 },
  );
});

test("ticks() are round numbers in the interval, not far from the number asked for", () => {
  expect(ticks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(ticks(89, 168, 5)).toEqual([100, 120, 140, 160]);
  expect(ticks(-0.13, 0.21, 4)).toEqual([-0.1, 0, 0.1, 0.2]);
  expect(ticks(3, 3, 4)).toEqual([3]);
});

test.each([
  [[5, 3, 1], "falls from 5 to 1"],
  [[1, 3, 5], "rises from 1 to 5"],
  [[5, 1, 3], "falls from 5 to 3 with a lowest value of 1"],
  [[2, 9, 2], "returns from 2 to 2 with a highest value of 9"],
  [[4, 4, 4], "stays at 4"],
  [[-0.5], "is −0.5"],
])("sayTrend(%j) says “%s”", (values, words) => {
  expect(sayTrend(values)).toBe(words);
});
