import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import Ajv from "ajv";
import { convertIndexedToRgb, decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { displaySymbol, type MimeBundle } from "../../src/display/mime-bundle";
import * as plots from "../../src/plots";
import { renderSvg } from "../../src/plots/figure/render-svg";
import { cases } from "./cases";

const vegaLiteType = "application/vnd.vegalite.v5+json";
const plotlyType = "application/vnd.plotly.v1+json";
const svgType = "image/svg+xml";

const requireHere = createRequire(import.meta.url);
const validate = new Ajv({ strict: false, validateFormats: false }).compile(
  requireHere("vega-lite/vega-lite-schema.json"),
);

/** What a PNG shows, as red, green and blue bytes. */
function pixelsOf(png: Uint8Array) {
  const image = decode(png);
  return { width: image.width, height: image.height, rgb: image.palette ? convertIndexedToRgb(image) : image.data };
}

/** The theme that JupyterLab's dark mode hands to every Vega-Lite chart (vega-themes, "dark"). */
const darkTheme = {
  background: "#333",
  view: { stroke: "#888" },
  title: { color: "#fff", subtitleColor: "#fff" },
  style: { "guide-label": { fill: "#fff" }, "guide-title": { fill: "#fff" } },
  axis: { domainColor: "#fff", gridColor: "#888", tickColor: "#fff" },
};

/** Every axis in a compiled Vega specification that shows labels. */
function labeledAxes(spec: unknown): { title?: unknown }[] {
  if (Array.isArray(spec)) return spec.flatMap(labeledAxes);
  if (typeof spec !== "object" || spec === null) return [];
  const own = "axes" in spec ? (spec.axes as { labels?: boolean; title?: unknown }[]) : [];
  return [...own.filter(({ labels }) => labels !== false), ...Object.values(spec).flatMap(labeledAxes)];
}

const processWarnings: Error[] = [];
const onWarning = (warning: Error) => processWarnings.push(warning);
beforeAll(() => void process.on("warning", onWarning));
afterAll(() => void process.off("warning", onWarning));

describe("every builder is in the table", () => {
  const builders = Object.entries(plots).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
  test.each(builders)("%s", (name) => {
    expect(cases.some((row) => row.name.split(",")[0] === name)).toBe(true);
  });
});

describe.each(cases)("$name", ({ make, budget = 120_000 }) => {
  const figure = make();
  const isDrawing = figure.mimeType === svgType;
  let bundle: MimeBundle;
  let picture: ReturnType<typeof pixelsOf>;
  beforeAll(async () => {
    bundle = await figure[displaySymbol]();
    picture = pixelsOf(Buffer.from(bundle.data["image/png"] as string, "base64"));
  });

  test("shows an interactive chart or a drawing, a PNG and its words, and never HTML", async () => {
    expect([vegaLiteType, plotlyType, svgType]).toContain(figure.mimeType);
    expect(Object.keys(bundle.data).sort()).toEqual([figure.mimeType, "image/png", "text/plain"].sort());
    expect(bundle.data[figure.mimeType]).toBe(isDrawing ? await figure.svg() : figure.spec);
  });

  test("describes itself in words", () => {
    expect(figure.alt).toMatch(/^.{30,}\.$/s);
    expect(figure.alt).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
    expect(bundle.data["text/plain"]).toBe(figure.alt);
    expect((bundle.metadata?.["image/png"] as { alt: string }).alt).toBe(figure.alt);
  });

  test.skipIf(isDrawing)("conforms to the Vega-Lite schema", () => {
    validate(figure.still);
    expect(validate.errors ?? []).toEqual([]);
  });

  test.skipIf(isDrawing)("draws without a complaint of Vega", async () => {
    const complaints: string[] = [];
    await renderSvg(figure.still, (message) => complaints.push(message));
    expect(complaints).toEqual([]);
  });

  test.skipIf(isDrawing)("looks the same when JupyterLab's dark theme is under it", async () => {
    const vegaLite = await import("vega-lite");
    const plain = vegaLite.compile(figure.still as never).spec;
    const dark = vegaLite.compile(figure.still as never, { config: darkTheme }).spec;
    expect(dark).toEqual(plain);
  });

  test.skipIf(isDrawing)("names every axis", async () => {
    const vegaLite = await import("vega-lite");
    for (const { title } of labeledAxes(vegaLite.compile(figure.still as never).spec)) {
      expect(String(title ?? "").trim()).not.toBe("");
    }
  });

  test("has a picture of the stated size, with something in it and a white margin round it", () => {
    const { width, height } = bundle.metadata?.["image/png"] as { width: number; height: number };
    const scale = figure.mimeType === plotlyType ? 1 : 2;
    expect(Math.abs(picture.width - scale * width)).toBeLessThanOrEqual(1);
    expect(Math.abs(picture.height - scale * height)).toBeLessThanOrEqual(1);

    // A label that was cut off would reach into the margin.
    const margin = 6 * scale;
    const inside = new Set<number>();
    const outside = new Set<number>();
    for (let i = 0; i < picture.width * picture.height; i++) {
      const [x, y] = [i % picture.width, Math.floor(i / picture.width)];
      const edge = Math.min(x, y, picture.width - 1 - x, picture.height - 1 - y);
      const [r, g, b] = picture.rgb.subarray(3 * i, 3 * i + 3);
      (edge < margin ? outside : inside).add(65536 * r! + 256 * g! + b!);
    }
    expect([...outside]).toEqual([0xffffff]);
    expect(inside.size).toBeGreaterThan(10);
  });

  test("fits a JupyterLab page and the notebook's size", () => {
    expect((bundle.metadata?.["image/png"] as { width: number }).width).toBeLessThanOrEqual(950);
    expect(JSON.stringify(bundle).length).toBeLessThan(budget);
  });

  test("is the same when made again", async () => {
    expect(JSON.stringify(make().still)).toBe(JSON.stringify(figure.still));
    if (isDrawing) expect(await make().svg()).toBe(await figure.svg());
  });
});

test("drawing all of them gave no process warning", () => {
  expect(processWarnings).toEqual([]);
});

test("an animation's slider names its frames, and each frame has the first one's traces", () => {
  const { spec } = cases.find(({ name }) => name === "sliderAnimation")!.make();
  const { data, frames, layout } = spec as {
    data: { x: number[] }[];
    frames: { name: string; data: { x: number[]; y: number[] }[] }[];
    layout: { sliders: [{ steps: { args: [string[], object] }[] }] };
  };
  expect(layout.sliders[0].steps.map(({ args }) => args[0][0])).toEqual(frames.map(({ name }) => name));
  for (const frame of frames) expect(frame.data.map(({ x }) => x.length)).toEqual(data.map(({ x }) => x.length));
});

describe("pictures keep their colors", () => {
  const noise = (channels: 1 | 3) =>
    Array.from({ length: 6 }, (_, k) =>
      Float32Array.from({ length: 16 * 16 * channels }, (_, p) => ((7919 * (p + 1) * (k + 3)) % 1009) / 1008),
    );

  test.each([1, 3] as const)("noise in %d channels is drawn pixel by pixel", async (channels) => {
    const [images, zoom, gap] = [noise(channels), 4, 4];
    const figure = plots.imageGrid(images, {
      imageWidth: 16,
      imageHeight: 16,
      channels,
      zoom,
      gap,
      columns: 3,
      title: "Noise",
    });
    const { width, rgb } = pixelsOf(await figure.png(1));
    // The pictures begin in the first row and column that are not white.
    const inked = Array.from({ length: rgb.length / 3 }, (_, i) => i).filter(
      (i) => rgb[3 * i]! + rgb[3 * i + 1]! + rgb[3 * i + 2]! < 765,
    );
    const left = Math.min(...inked.map((i) => i % width));
    const bottom = Math.floor(inked.at(-1)! / width);
    const top = bottom + 1 - (2 * 16 * zoom + gap);
    let worst = 0;
    images.forEach((image, k) => {
      for (let p = 0; p < 16 * 16; p++) {
        const x = left + (k % 3) * (16 * zoom + gap) + (p % 16) * zoom + 1;
        const y = top + Math.floor(k / 3) * (16 * zoom + gap) + Math.floor(p / 16) * zoom + 1;
        for (let c = 0; c < 3; c++) {
          const wanted = 255 * image[p * channels + (channels === 3 ? c : 0)]!;
          worst = Math.max(worst, Math.abs(rgb[3 * (y * width + x) + c]! - wanted));
        }
      }
    });
    // Half a level is the rounding to bytes; grays that hardly occur may be replaced by the next one.
    expect(worst).toBeLessThanOrEqual(channels === 3 ? 0.51 : 5.51);
  });
});

test("a figure saves itself as PNG, SVG or specification, and refuses other endings", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "figure-"));
  try {
    const figure = plots.imageGrid([[0, 1, 1, 0]], { imageWidth: 2, imageHeight: 2 });
    for (const ending of ["png", "svg", "json"]) await figure.save(path.join(folder, `a.${ending}`));
    expect(decode(await readFile(path.join(folder, "a.png"))).width).toBeGreaterThan(10);
    expect(await readFile(path.join(folder, "a.svg"), "utf8")).toBe(await figure.svg());
    expect(JSON.parse(await readFile(path.join(folder, "a.json"), "utf8"))).toEqual(
      JSON.parse(JSON.stringify(figure.spec)),
    );
    const deep = path.join(folder, "not", "there", "yet", "b.json");
    await figure.save(deep);
    expect(JSON.parse(await readFile(deep, "utf8")).description).toBe(figure.alt);
    await expect(figure.save("a.pdf")).rejects.toThrow(
      "Figure.save(): path must be a file name ending in .png, .svg, .json, but got 'a.pdf'.",
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
