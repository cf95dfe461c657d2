import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { cases, fitRow, products, rows } from "./cases.mjs";
import { main, parse } from "./main.mjs";
import { installedPeers } from "./peers/environment.mjs";
import { figure, tables } from "./report.mjs";
import { runBench } from "./run-bench.mjs";
import { median, runCase } from "./run-case.mjs";

// Allow for slow machines.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

interface Row {
  name: string;
  error?: string;
  peakBytes?: number;
}

/** Small versions of the three models. They test the benchmark itself, not speed. */
const small = ["mlp-128", "conv-128", "iwae-32"].map((name) => {
  const of = cases.find((each) => each.name === name)!;
  return { ...of, hidden: [16], latent: 4, batch: 16, k: Math.min(of.k, 3), examples: 64, group: "small" };
});
const options = { cases: small, pythons: {}, epochSizes: [], repeats: 2, turn: 1, trained: 4, probe: 0.01 };
const own = rows.filter(({ peer }) => peer === "library");

describe("the benchmark", () => {
  test("times this library's rows, with a bound, tables and a figure", async () => {
    const found = await runBench({ ...options, rows: own });
    expect(found.cases.map(({ name }) => name)).toEqual(small.map(({ name }) => name));
    for (const each of found.cases) {
      expect(each.rows.map(({ name, error }: Row) => [name, error])).toEqual(own.map(({ name }) => [name, undefined]));
      for (const row of each.rows) {
        expect(row.samples).toHaveLength(options.repeats);
        expect(row.ms).toBe(median(row.samples));
        expect(row.ms).toBeGreaterThan(0);
      }
      expect(each.bound?.productsMs).toBeGreaterThan(0);
      expect(each.bound?.ms).toBe(Number(each.bound?.productsMs) + Number(each.bound?.adamMs));
      expect(each.bound?.megabytes).toBeCloseTo((28 * (each.parameters ?? 0)) / 1e6, 9);
    }
    // A peak never decreases, so only the first case reports one.
    const peaks = found.cases.map(({ rows }) => rows.map(({ peakBytes }: Row) => Number(peakBytes) > 100 * 2 ** 20));
    expect(peaks).toEqual([own.map(() => true), own.map(() => false), own.map(() => false)]);
    expect(found.targets.map((target) => target.against)).toEqual(["bound"]);
    const text = tables(found);
    for (const { name } of own) expect(text).toContain(name);
    const picture = await figure(found);
    expect((await picture.png()).slice(1, 4)).toEqual(Uint8Array.from(Buffer.from("PNG")));
  });

  test("counts the operations of a step: three products a layer, two for the first", () => {
    const [mlp] = cases;
    const forward = 128 * (784 * 512 + 512 * 64 + 32 * 512 + 512 * 784);
    expect(products(mlp!).reduce((sum, { m, k, n }) => sum + m * k * n, 0)).toBe(forward);
  });

  test("takes turns at epochs through fit and bare steps", async () => {
    const found = await runBench({ ...options, cases: [], rows: own, epochSizes: [1280] });
    expect(found.epochs).toHaveLength(1);
    const [epoch] = found.epochs;
    expect(epoch).toMatchObject({ examples: 1280, steps: 10, epochs: 20 });
    expect(epoch?.ratio).toBeCloseTo(Number(epoch?.fitMs) / Number(epoch?.bareMs), 9);
    expect(found.targets.map((target) => target.against)).toEqual(["bare steps"]);
  });

  test("stops when a row does not compute what the others do", async () => {
    const row = (name: string, checks: number[], ...losses: number[]) => {
      const answers: Record<string, () => object> = {
        load: () => ({ checks }),
        first: () => ({ seconds: 1 }),
        run: () => ({ ms: 1, loss: losses.shift() ?? 90 }),
        memory: () => ({ peak: 1 }),
      };
      return { name, mode: "jit", worker: { pid: process.pid, call: async (command: string) => answers[command]!() } };
    };
    const time = (...timed: ReturnType<typeof row>[]) =>
      runCase(small[0]!, timed as never, { ...options, files: {}, tell: () => {} });
    const right = [row("a", [100, 99]), row("b", [100.005, 99])];
    expect((await time(...right)).map((result: Row) => result.error)).toEqual([undefined, undefined]);
    await expect(time(...right, row("c", [100, 99.1]))).rejects.toThrow(
      "mlp-128: with the same weights, images and noise, the loss of step 2 is 99 for a, but 99.1 for c",
    );
    await expect(time(...right, row("c", [100, Number.NaN]))).rejects.toThrow(
      "the loss of step 2 is 99 for a, but NaN",
    );
    await expect(time(...right, row("c", [100, 99], 94))).rejects.toThrow("the loss is 94 for c, but 90 for most");
    await expect(time(...right, row("c", [100, 99], 90, 90, 94))).rejects.toThrow(
      "the loss of c was 90 before its turns and is 94 after them",
    );
  });

  test("begins with what `fit` does by itself", () => {
    expect(rows[0]).toMatchObject({ name: fitRow, mode: "fit" });
  });

  test.each([
    [[], "test/bench/results"],
    [["--quick"], ".artifacts/bench"],
    [["--cases", "mlp-128"], ".artifacts/bench"],
    [["--repeats", "2"], ".artifacts/bench"],
    [["--quick", "--out", "/tmp/x"], "/tmp/x"],
  ])("with %j, the results go to %s", (args, expected) => {
    const { out } = parse(args) as { out: string };
    expect(path.resolve(import.meta.dirname, "../..", expected)).toBe(out);
  });

  test("says which options there are", async () => {
    expect(await main(["--cases", "nothing"])).toBe(2);
  });
});

const pythons = installedPeers();
const peers = rows.filter(({ peer, mode }) => pythons[peer] && mode !== "compile");

describe.skipIf(peers.length === 0)("the peers (skipped where `npm run bench` has not installed them)", () => {
  test("lose exactly what this library loses, at every model", async () => {
    const found = await runBench({ ...options, pythons, rows: [own[1]!, ...peers] });
    for (const each of found.cases) {
      expect(each.rows.flatMap(({ name, error }: Row) => (error === undefined ? [] : [[name, error]]))).toEqual([]);
    }
  });
});
