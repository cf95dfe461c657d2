import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { frontEndSymbol } from "../../src/display/front-end";
import type { MimeBundle } from "../../src/display/mime-bundle";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";
import { duration } from "../../src/training/progress";
import { mean, toy } from "./toys";

const data = tf.range(0, 200).expandDims(1);
const place = globalThis as { [frontEndSymbol]?: unknown };
const shared = { xla: false, batchSize: 1, learningRate: 1e-4 } as const;

/** Milliseconds that pass, on the clock of the tests, at each look at it: no test depends on the speed of the machine. */
const tick = 5;
beforeEach(() => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += tick;
    return now;
  });
});
afterEach(() => vi.restoreAllMocks());

/** Fits for a number of epochs of 200 steps each, out of a million, and is then interrupted. */
const fitFor = (epochs: number) => {
  const controller = new AbortController();
  return fit(mean(), data, {
    ...{ ...shared, epochs: 1_000_000, signal: controller.signal },
    onEpoch: ([row]) => (row!.epoch === epochs ? controller.abort() : undefined),
  });
};

describe("in a notebook", () => {
  interface Shown {
    text: string;
    html: string;
    id?: string;
    update?: boolean;
    at: number;
  }
  let shown: Shown[];
  beforeEach(() => {
    shown = [];
    place[frontEndSymbol] = {
      interruptSignal: new AbortController().signal,
      display: ({ data }: MimeBundle, options: { id?: string; update?: boolean }) =>
        shown.push({
          text: String(data["text/plain"]),
          html: String(data["text/html"]),
          ...options,
          at: performance.now(),
        }),
    };
  });
  afterEach(() => delete place[frontEndSymbol]);

  test("the display is shown once, rewritten in place at most 7 times a second, and ends as one line", async () => {
    await fitFor(30);
    const seconds = performance.now() / 1000;
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.length).toBeLessThanOrEqual(7 * seconds + 2);
    expect(shown.map(({ update }) => update)).toEqual([false, ...Array(shown.length - 1).fill(true)]);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(1);
    const gaps = shown.slice(1, -1).map(({ at }, i) => at - shown[i]!.at);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(150);
    for (const { text, html } of shown.slice(0, -1)) {
      expect(text).toMatch(/^fit · 0 % · epoch \d+ of 1000000 · loss [\d.e+-]+( · \d+ steps\/s · \d.* left)?$/);
      expect(html).toContain("<progress value=");
    }
    expect(shown[0]!.text).not.toContain("steps/s");
    expect(shown[1]!.text).toMatch(/ · \d+ steps\/s · \d.* left$/);
    const last = shown.at(-1)!;
    expect(last.text).toMatch(/^fit · interrupted · \d+ epochs( · loss [\d.e+]+)? · \d+ steps\/s · \d+ s$/);
    expect(last.html).toBe(`<pre style="margin:0">${last.text}</pre>`);
  });

  test("it ends in one line also when the fit throws, and says so", async () => {
    const fitting = fit(mean(), data, {
      ...{ ...shared, epochs: 1000 },
      onEpoch: ([row]) => {
        if (row!.epoch === 2) throw new RangeError("enough");
      },
    });
    await expect(fitting).rejects.toThrow("enough");
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.at(-1)!.text).toMatch(/^fit · failed · \d+ epochs · RangeError$/);
    expect(shown.at(-1)!.update).toBe(true);
  });

  test("a fit without a step shows its one line", async () => {
    await fit(mean(), data, { ...shared, epochs: 1, signal: AbortSignal.abort() });
    expect(shown.map(({ text, update }) => [text, update])).toEqual([
      ["fit · interrupted · 0 epochs · 0 steps/s · 0 s", false],
    ]);
  });

  test("names from outside are escaped", async () => {
    const w = tf.variable(tf.scalar(1));
    const model = toy([w], () => ({ loss: tf.square(w), terms: { "<b>&": w } }));
    await fit(model, tf.ones([2, 1]), { ...shared, epochs: 1 });
    expect(shown.at(-1)!.html).toContain("· &lt;b&gt;&amp; 0.99");
  });

  test("two fits have two displays", async () => {
    for (let i = 0; i < 2; i++) await fit(mean(), tf.ones([2, 1]), { ...shared, epochs: 1 });
    expect(new Set(shown.map(({ id }) => id)).size).toBe(2);
  });

  test("without progress nothing is shown", async () => {
    await fit(mean(), tf.ones([2, 1]), { ...shared, epochs: 1, progress: false });
    expect(shown).toEqual([]);
  });
});

describe("in a terminal", () => {
  /** To the beginning of the line, and clear it. */
  const rewrite = "\r\x1b[K";
  const { isTTY, columns } = process.stderr;
  afterEach(() => {
    Object.assign(process.stderr, { isTTY, columns });
  });

  const written = async (settings: object): Promise<string[]> => {
    Object.assign(process.stderr, settings);
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await fitFor(20);
    return write.mock.calls.map(([text]) => String(text));
  };

  test("a line is rewritten, cut to the terminal's width, and ends as the summary", async () => {
    const lines = await written({ isTTY: true, columns: 40 });
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines.slice(0, -1)) {
      expect(line.startsWith(rewrite)).toBe(true);
      expect(line.slice(rewrite.length)).toMatch(/^fit · 0 % · epoch \d+ of 1000000/);
      expect(line.length).toBeLessThan(rewrite.length + 40);
    }
    expect(lines.at(-1)!.slice(rewrite.length)).toMatch(/^fit · interrupted · .*\n$/);
  });

  test("where stderr is no terminal, only the summary is written", async () => {
    const lines = await written({ isTTY: undefined });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^fit · interrupted · .*\n$/);
  });
});

test.each([
  [0.4, "0 s"],
  [59.4, "59 s"],
  [80, "1 min 20 s"],
  [7500, "2 h 5 min"],
])("%d seconds are said as %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
