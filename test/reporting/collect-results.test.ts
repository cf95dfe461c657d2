import { beforeEach, describe, expect, test } from "vitest";
import { displaySymbol, type MimeBundle } from "../../src/display/mime-bundle";
import { collectResults, type Results } from "../../src/reporting/collect-results";
import { resultsType } from "../../src/reporting/results-table";
import { tf } from "../../src/runtime/tensorflow";

describe("collectResults()", () => {
  let results: Results;
  beforeEach(() => {
    results = collectResults();
    results.add({ name: "VAE", seed: 1, metrics: { elbo: -100, rate: 20 }, seconds: 3 });
    results.add({ name: "VAE", seed: 2, metrics: { elbo: -104, rate: 22 }, seconds: 5, tensorsLeaked: 0 });
    results.add({ name: "PCA", seed: 1, metrics: { error: 0.5 } });
  });

  test("gives the values of a metric, their mean and their standard deviation", () => {
    expect(results.values("VAE", "elbo")).toEqual([-100, -104]);
    expect(results.mean("VAE", "elbo")).toBe(-102);
    expect(results.stdDev("VAE", "elbo")).toBeCloseTo(Math.sqrt(8), 12);
    expect(results.stdDev("PCA", "error")).toBe(0);
    expect(results.summary("VAE", "rate", 1)).toBe("21.0 ± 1.4");
    expect(results.summary("PCA", "error", 2)).toBe("0.50");
  });

  test("measures seconds and the tensors that a run leaves behind", async () => {
    const kept: tf.Tensor[] = [];
    const metrics = await results.measure("leaking", 7, async () => {
      kept.push(tf.zeros([1]), tf.zeros([2]));
      return { loss: 1 };
    });
    expect(metrics).toEqual({ loss: 1 });
    const row = results.rows.at(-1);
    expect(row).toMatchObject({ name: "leaking", seed: 7, tensorsLeaked: 2, metrics: { loss: 1 } });
    expect(row?.seconds).toBeGreaterThanOrEqual(0);
    tf.dispose(kept);
  });

  test("a run that throws adds nothing", async () => {
    const failing = results.measure("bad", 1, () => {
      throw new Error("no data");
    });
    await expect(failing).rejects.toThrow("no data");
    expect(results.rows).toHaveLength(3);
  });

  test("shows itself as the table of results, with published numbers where they are given", () => {
    const shown = results[displaySymbol]() as MimeBundle;
    expect(shown.data[resultsType]).toEqual({ rows: results.rows });
    expect(shown.data["text/plain"]).toContain("| VAE | -102.0 ± 2.8 | 21.00 ± 1.41 | 2 | 4.0 |");
    const table = results.table({ published: { VAE: { elbo: "−97.1 [1]" } } })[displaySymbol]() as MimeBundle;
    expect(table.data["text/plain"]).toContain("|  | elbo | published | rate | seeds | seconds |");
    expect(table.data["text/plain"]).toContain("| VAE | -102.0 ± 2.8 | −97.1 [1] | 21.00 ± 1.41 | 2 | 4.0 |");
  });

  test("an unknown name or metric is an error that lists the measured ones", () => {
    expect(() => results.values("VAEs", "elbo")).toThrow(
      /name must be one of the measured: VAE, PCA.*Did you mean "VAE"/,
    );
    expect(() => results.mean("VAE", "loss")).toThrow(/metric must be one of the measured: elbo, rate/);
    expect(() => collectResults().values("VAE", "loss")).toThrow(/measured first/);
    expect(() => results.table({ published: { VAE: { loss: "1" } } })[displaySymbol]()).toThrow(
      /one of the metrics elbo, rate/,
    );
    expect(() => results.table({ published: { AE: { loss: "1" } } })[displaySymbol]()).toThrow(
      /a name that was measured/,
    );
  });
});
