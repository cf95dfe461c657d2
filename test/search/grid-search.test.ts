import * as aq from "arquero";
import { afterEach, describe, expect, test } from "vitest";
import { frontEndSymbol } from "../../src/display/front-end";
import { displaySymbol, type MimeBundle } from "../../src/display/mime-bundle";
import { tf } from "../../src/runtime/tensorflow";
import { crossValidate } from "../../src/search/cross-validate";
import { gridSearch } from "../../src/search/grid-search";
import type { Trial } from "../../src/search/trial";
import { TrialError } from "../../src/search/trial-error";

const labels = Array.from({ length: 30 }, (_, i) => i % 3);
const shared = { labels, folds: 3, progress: false } as const;

/** Scripted scores by settings and fold. */
const scores: Record<string, number[]> = { "0": [0.5, 0.7, 0.9], "1": [0.8, 0.8, 0.9], "10": [0.7, 0.9, 1.0] };

function scripted(): Trial<{ lambda: number }> {
  const calls: Record<string, number> = {};
  return ({ lambda }) => {
    const call = calls[lambda] ?? 0;
    calls[lambda] = call + 1;
    return { accuracy: scores[lambda]![call]!, loss: -scores[lambda]![call]! };
  };
}
const grid = { lambda: [0, 1, 10] };

describe("gridSearch()", () => {
  test("gives a tidy table with one row per trial", async () => {
    const search = await gridSearch(scripted(), { ...shared, grid });
    expect(search.rows).toHaveLength(9);
    const { seconds, seed, ...row } = search.rows[4]!;
    expect(row).toEqual({ lambda: 1, fold: 2, accuracy: 0.8, loss: -0.8 });
    expect(Number.isInteger(seed)).toBe(true);
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(aq.from([...search.rows]).numRows()).toBe(9);
    expect(search.stopReason).toBe("completed");
  });

  test("recommends the best mean, or the first of the grid within one standard error of it", async () => {
    const search = await gridSearch(scripted(), { ...shared, grid });
    expect(search.best).toEqual({ lambda: 10 });
    const [, one, ten] = search.summary;
    expect(one!.mean).toBeCloseTo(2.5 / 3, 12);
    expect(ten!.mean).toBeCloseTo(2.6 / 3, 12);
    // Deviations −1/6, 1/30, 2/15 from the mean: the squares sum to 14/300.
    expect(ten!.stdDev).toBeCloseTo(Math.sqrt(14 / 600), 12);
    expect(ten!.standardError).toBeCloseTo(Math.sqrt(14 / 1800), 12);
    const modest = await gridSearch(scripted(), { ...shared, grid, oneStandardError: true });
    expect(modest.best).toEqual({ lambda: 1 });
    expect(String(search)).toBe("completed · 9 trials · lambda = 10: accuracy 0.8667 ± 0.088");
  });

  test("takes the lowest where that is the goal, by the metric that is named", async () => {
    expect((await gridSearch(scripted(), { ...shared, grid, goal: "lowest" })).best).toEqual({ lambda: 0 });
    const byLoss = await gridSearch(scripted(), { ...shared, grid, score: "loss", goal: "lowest" });
    expect(byLoss.best).toEqual({ lambda: 10 });
  });

  test("all settings meet the same folds and seeds, which the seed determines", async () => {
    const seen: [string, number, string][] = [];
    const spy: Trial<{ a: number; b: string }> = ({ a, b }, { train, validation }, seed) => {
      seen.push([`${a}${b}`, seed, `${train}|${validation}`]);
      return { score: 1 };
    };
    await gridSearch(spy, { ...shared, grid: { a: [1, 2], b: ["x", "y"] } });
    expect(seen.map(([settings]) => settings)).toEqual(["1x", "1y", "2x", "2y"].flatMap((s) => [s, s, s]));
    const of = (settings: string) => seen.filter(([s]) => s === settings).map(([, ...rest]) => rest);
    expect(of("2y")).toEqual(of("1x"));
    expect(new Set(of("1x").map(([seed]) => seed)).size).toBe(3);
    const before = [...seen];
    seen.length = 0;
    await gridSearch(spy, { ...shared, grid: { a: [1, 2], b: ["x", "y"] } });
    expect(seen).toEqual(before);
    seen.length = 0;
    await gridSearch(spy, { ...shared, seed: 1, grid: { a: [1], b: ["x"] } });
    expect(seen[0]![1]).not.toBe(before[0]![1]);
    expect(seen[0]![2]).not.toBe(before[0]![2]);
  });

  test("takes folds of one's own", async () => {
    const fold = { train: Int32Array.of(0, 1, 2), validation: Int32Array.of(3) };
    const search = await gridSearch((_, { train }) => ({ size: train.length }), {
      grid,
      folds: [fold],
      progress: false,
    });
    expect(search.rows.map(({ size }) => size)).toEqual([3, 3, 3]);
    expect(search.summary[0]).toEqual({ settings: { lambda: 0 }, folds: 1, mean: 3, stdDev: 0, standardError: 0 });
    expect(search.best).toEqual({ lambda: 0 });
  });

  test("a trial that throws is named, and the other rows are kept", async () => {
    const cause = new RangeError("diverged");
    const trial: Trial<{ lambda: number }> = ({ lambda }, { validation }) => {
      if (lambda === 1 && validation.includes(0)) throw cause;
      return { accuracy: lambda };
    };
    const failure = await gridSearch(trial, { ...shared, grid }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TrialError);
    const error = failure as TrialError;
    expect(error.message).toMatch(/^gridSearch\(\): 1 of 9 trials failed: lambda = 1, fold [123]: diverged$/);
    expect([error.settings, error.cause]).toEqual([{ lambda: 1 }, cause]);
    expect(error.search.rows).toHaveLength(8);
    expect([error.search.stopReason, error.search.best]).toEqual(["failed", { lambda: 10 }]);
    expect(error.search.summary.map(({ folds }) => folds)).toEqual([3, 2, 3]);
  });

  test.each([
    [() => ({ accuracy: Number.NaN }), "the trial returned accuracy = NaN, which is not a finite number"],
    [() => ({}), "a trial must return numbers by name"],
    [() => 0.9, "a trial must return numbers by name, for example {accuracy: 0.9}, but returned 0.9"],
    [() => ({ seconds: 1 }), '"seconds" names both a metric and another column'],
    [() => ({ lambda: 1 }), '"lambda" names both a metric and another column'],
    [() => ({ loss: 1 }), 'the trial returned no "accuracy" to decide by; it returned loss'],
  ])("refuses what is no score: case %#", async (trial, message) => {
    const searching = gridSearch(
      trial as never,
      { ...shared, grid, score: message.includes("decide") ? "accuracy" : undefined } as never,
    );
    await expect(searching).rejects.toThrow(message);
  });

  test("an interrupt keeps the finished rows and drops the trial that ran", async () => {
    const controller = new AbortController();
    let calls = 0;
    const trial: Trial = async (_, { signal }) => {
      if (++calls === 5) controller.abort();
      expect(signal.aborted).toBe(calls === 5);
      return { accuracy: 1 };
    };
    const search = await gridSearch(trial, { ...shared, grid, signal: controller.signal });
    expect([search.stopReason, search.rows.length, calls]).toEqual(["interrupted", 4, 5]);
    expect(search.best).toEqual({ lambda: 0 });
    const none = await gridSearch(trial, { ...shared, grid, signal: AbortSignal.abort() });
    expect([none.stopReason, none.rows, none.summary, none.best]).toEqual(["interrupted", [], [], undefined]);
  });

  test("holds no tensor", async () => {
    const before = tf.memory().numTensors;
    await gridSearch(scripted(), { ...shared, grid });
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    [{ labels: undefined }, "either labels or examples"],
    [{ examples: 30 }, "either labels or examples"],
    [{ folds: 11 }, "folds must be a whole number from 2 to 10"],
    [{ folds: [] }, "folds must be a number or a list of {train, validation} index arrays"],
    [{ folds: [{ train: Int32Array.of(1), validation: Int32Array.of(2) }] }, "folds must be a number if labels"],
    [{ grid: { lambda: [] } }, "grid.lambda must be a list of different numbers, texts or booleans"],
    [{ grid: { lambda: [1, 1] } }, "grid.lambda must be a list of different numbers"],
    [{ grid: { lambda: [Number.NaN] } }, "grid.lambda must be a list of different numbers"],
    [{ grid: { fold: [1] } }, "the name of an option must be none of fold,seed,seconds"],
    [{ goal: "best" }, 'goal must be "highest" or "lowest"'],
    [{ seed: 1.5 }, "seed must be an integer of 32 bits"],
    [{ processes: 2 }, "processes must be 1 for a trial that is a function"],
    [{ processes: 0 }, "processes must be a whole number of at least 1"],
    [{ progress: 1 }, "progress must be true or false"],
    [{ signal: {} }, "signal must be an AbortSignal"],
    [{ grids: {} }, 'there is no option "grids". Did you mean "grid"?'],
    [{ grid: undefined }, "grid must be { option: [values] }"],
    [{ score: 3 }, "score must be the name of a metric"],
  ])("refuses %o", async (options, message) => {
    const given = { ...shared, grid, ...options } as never;
    await expect(gridSearch(() => ({ a: 1 }), given)).rejects.toThrow(message);
  });

  test("shows itself as a short table of settings", async () => {
    const search = await gridSearch(scripted(), { ...shared, grid });
    const text = String(search[displaySymbol]().data["text/plain"]).split("\n");
    expect(text[0]).toBe("Search: completed · 9 trials · lambda = 10: accuracy 0.8667 ± 0.088");
    expect(text[1]!.split(/ {2,}/)).toEqual(["lambda", "accuracy", "standard error", "folds"]);
    expect(text).toHaveLength(5);
  });

  test("refuses a trial that is neither a function nor a file", async () => {
    const accepted = "trial must be a function, or the file of a module";
    for (const trial of ["no-such-file.mjs", undefined as never]) {
      await expect(gridSearch(trial, { ...shared, grid })).rejects.toThrow(accepted);
    }
  });
});

describe("crossValidate()", () => {
  test("scores one way over the folds", async () => {
    const search = await crossValidate((_, { validation }) => ({ first: validation[0]! }), {
      ...shared,
      examples: 9,
      labels: undefined as never,
    });
    expect(search.rows).toHaveLength(3);
    expect(search.rows.map(({ fold }) => fold)).toEqual([1, 2, 3]);
    expect(search.summary).toHaveLength(1);
    expect(search.best).toEqual({});
  });

  test("refuses the options of a grid search", async () => {
    const options = { ...shared, oneStandardError: true } as never;
    await expect(crossValidate(() => ({ a: 1 }), options)).rejects.toThrow(
      'crossValidate(): there is no option "oneStandardError".',
    );
  });

  test("names the fold of a trial that throws", async () => {
    const failing = crossValidate(
      () => {
        throw new Error("no luck");
      },
      { ...shared },
    );
    await expect(failing).rejects.toThrow("crossValidate(): 3 of 3 trials failed, first fold 1: no luck");
  });
});

describe("the progress display", () => {
  const place = globalThis as { [frontEndSymbol]?: unknown };
  afterEach(() => delete place[frontEndSymbol]);

  test("is rewritten in place and ends as one line", async () => {
    const shown: { text: string; id: string; update: boolean }[] = [];
    place[frontEndSymbol] = {
      interruptSignal: new AbortController().signal,
      display: ({ data }: MimeBundle, options: { id: string; update: boolean }) =>
        shown.push({ text: String(data["text/plain"]), ...options }),
    };
    const slow: Trial = () => new Promise((resolve) => setTimeout(() => resolve({ accuracy: 0.5 }), 200));
    await gridSearch(slow, { ...shared, grid: { lambda: [1, 2] }, progress: true });
    expect(new Set(shown.map(({ id }) => id)).size).toBe(1);
    expect(shown.map(({ update }) => update)).toEqual([false, ...Array(shown.length - 1).fill(true)]);
    expect(shown[0]!.text).toBe("grid search · 0 of 6 trials");
    expect(shown[1]!.text).toMatch(/^grid search · 1 of 6 trials · \d.* left$/);
    expect(shown.at(-1)!.text).toMatch(
      /^grid search · completed · 6 trials · lambda = 1: accuracy 0.5000 ± 0.0 · \d.*$/,
    );
  });
});
