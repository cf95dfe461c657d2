import { afterAll, expect, test, vi } from "vitest";
import { frontEndSymbol } from "../../src/display/front-end";
import type { MimeBundle } from "../../src/display/mime-bundle";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";
import { lastFit } from "../../src/training/last-fit";
import { mean } from "./toys";

const data = tf.range(0, 20).expandDims(1);
const options = { xla: false, batchSize: 5 } as const;
const place = globalThis as { [frontEndSymbol]?: unknown };
afterAll(() => tf.disposeVariables());

test("lastFit() is an error before the first fit", () => {
  expect(() => lastFit()).toThrow("lastFit(): no fit() has started in this process. Call fit() first.");
});

test("lastFit() is the history so far, the complete one afterwards, and that of a fit that failed", async () => {
  const seen: string[] = [];
  const history = await fit(mean(), data, {
    ...{ ...options, progress: false, epochs: 3 },
    onEpoch: () => void seen.push(`${lastFit().stopReason} ${lastFit().rows.length}`),
  });
  expect(seen).toEqual(["running 1", "running 2", "running 3"]);
  expect(lastFit()).toBe(history);

  const failing = fit(mean(), data, {
    ...{ ...options, progress: false, epochs: 3 },
    onEpoch: () => {
      throw new Error("stop here");
    },
  });
  await expect(failing).rejects.toThrow("stop here");
  expect(lastFit().stopReason).toBe("failed");
  expect(lastFit().rows).toHaveLength(1);
});

test("lastFit() shows the progress line again, under the same id, in the cell that calls it", async () => {
  const shown: { id: string | undefined; update: boolean | undefined; text: unknown }[] = [];
  place[frontEndSymbol] = {
    display: ({ data }: MimeBundle, { id, update }: { id?: string; update?: boolean } = {}) =>
      shown.push({ id, update, text: data["text/plain"] }),
    interruptSignal: new AbortController().signal,
  };
  try {
    await fit(mean(), data, { ...options, epochs: 2 });
    const last = shown.at(-1)!;
    expect(last.text).toMatch(/^fit · completed · 2 epochs/);
    lastFit();
    expect(shown.at(-1)).toEqual({ id: last.id, update: undefined, text: last.text });
  } finally {
    delete place[frontEndSymbol];
  }
});

test("in a terminal, lastFit() prints the line again", async () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    await fit(mean(), data, { ...options, epochs: 1 });
    const printed = write.mock.calls.length;
    lastFit();
    expect(write.mock.calls.length).toBe(printed + 1);
    expect(String(write.mock.calls.at(-1)?.[0])).toMatch(/fit · completed · 1 epochs/);
  } finally {
    write.mockRestore();
  }
});
