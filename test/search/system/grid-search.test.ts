import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TrialError, TrialRow } from "../../../src/index";

// The processes run compiled code, and so does the search that starts them.
const library = pathToFileURL(path.resolve(import.meta.dirname, "../../../dist/index.js")).href;
const { gridSearch } = (await import(library)) as typeof import("../../../src/index");

const file = path.join(import.meta.dirname, "trials.mjs");
// Every process loads TensorFlow, which takes many seconds where cores are busy.
vi.setConfig({ testTimeout: 180_000 });
const shared = { examples: 40, folds: 2, progress: false } as const;

const root = mkdtempSync(path.join(tmpdir(), "elbo-lab-trials-"));
afterAll(() => rmSync(root, { recursive: true }));
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(root, "test-"));
});

/** The processes that ran trials, in which each leaves a file. */
const started = (): number[] => readdirSync(folder).map(Number);
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
afterEach(() => expect(started().filter(alive)).toEqual([]));

const untimed = (rows: readonly TrialRow[]): object[] => rows.map(({ seconds: _, ...row }) => row);
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe("a trial given as a module", () => {
  test("gives the same rows in parallel processes, in one, and as a function in this one", async () => {
    const grid = { latentDim: [1, 2], folder: [folder] };
    const { default: trial } = (await import(pathToFileURL(file).href)) as { default: never };
    const inline = await gridSearch(trial, { ...shared, grid: { latentDim: [1, 2] } });
    const parallel = await gridSearch(pathToFileURL(file), { ...shared, grid, processes: 2 });
    expect(started()).toHaveLength(2);
    const single = await gridSearch(file, { ...shared, grid, processes: 1 });
    expect(started()).toHaveLength(3);
    expect(untimed(single.rows)).toEqual(untimed(parallel.rows));
    expect(untimed(parallel.rows)).toEqual(untimed(inline.rows).map((row) => ({ ...row, folder })));
    expect(inline.rows).toHaveLength(4);
    expect(new Set(inline.rows.map(({ error }) => error)).size).toBe(4);
  });

  test("starts no more processes than there are trials, and shares the cores out among them", async () => {
    const grid = { what: ["threads"], folder: [folder] };
    const search = await gridSearch(file, { ...shared, grid, processes: 64 });
    expect(started().length).toBeLessThanOrEqual(2);
    expect(search.rows.map(({ threads }) => threads)).toEqual(Array(2).fill(Math.max(1, availableParallelism() >> 1)));
  });

  test("that throws is named, and the rows of the others are kept", async () => {
    const grid = { what: ["fit", "throw"], folder: [folder] };
    const error: TrialError = await gridSearch(file, { ...shared, grid, processes: 2 }).then(
      () => expect.fail("it must throw"),
      (reason) => reason,
    );
    expect(error.message).toMatch(
      /^gridSearch\(\): 2 of 4 trials failed, first what = throw, folder = \S+, fold 1: out of range$/,
    );
    expect((error.cause as Error).name).toBe("RangeError");
    expect(error.search.rows).toHaveLength(2);
    expect(error.search.best).toEqual({ what: "fit", folder });
  });

  test.each([
    ["die", /the process of the trial ended with code 7$/],
    ["crash", /the process of the trial ended by SIGABRT; the end of its stderr:\na last word$/],
  ])("whose process ends (%s) is named, and another process goes on", async (what, said) => {
    const grid = { what: [what, "fit"], folder: [folder] };
    const error: TrialError = await gridSearch(file, { ...shared, grid, processes: 1 }).then(
      () => expect.fail("it must throw"),
      (reason) => reason,
    );
    expect(error.message).toMatch(said);
    expect(error.search.rows).toHaveLength(2);
    expect(started()).toHaveLength(3);
  });

  test("that exports no function is an error, and so is a module that is no file", async () => {
    const empty = path.join(folder, "empty.mjs");
    writeFileSync(empty, "export const trial = 3;");
    await expect(gridSearch(empty, { ...shared, grid: {} })).rejects.toThrow(
      "gridSearch(): 2 of 2 trials failed, first fold 1: the module of the trial must export a function by default",
    );
    rmSync(empty);
    const inline = new URL("data:text/javascript,export default () => ({a: 1})");
    await expect(gridSearch(inline, { ...shared, grid: {} })).rejects.toThrow(
      "trial must be a function, or the file of",
    );
  });

  test.each(["wait", "spin"])("an interrupt ends processes that %s, and keeps finished rows", async (what) => {
    const controller = new AbortController();
    const grid = { what: ["threads", what], folder: [folder] };
    const searching = gridSearch(file, { ...shared, grid, processes: 2, signal: controller.signal });
    await until(() => started().length === 2);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    // Jupyter's interrupt goes to the whole group of processes: what it means is for the search to decide.
    for (const pid of started()) process.kill(pid, "SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(started().every(alive)).toBe(true);
    controller.abort();
    // A trial that waits or spins never ends by itself, so that a search that returns has ended its processes.
    const search = await searching;
    expect(search.stopReason).toBe("interrupted");
    expect(search.rows.map((row) => row.what)).toEqual(["threads", "threads"]);
    expect(search.best).toEqual({ what: "threads", folder });
  });

  test("may be TypeScript where the process that searches was started with a loader for it", () => {
    const compiler = pathToFileURL(
      path.resolve(import.meta.dirname, "../../../node_modules/typescript/lib/typescript.js"),
    );
    const files = {
      "register.mjs": `import { register } from "node:module"; register("./loader.mjs", import.meta.url);`,
      "loader.mjs": `
        import { readFileSync } from "node:fs";
        import { fileURLToPath } from "node:url";
        import ts from ${JSON.stringify(compiler.href)};
        export async function load(url, context, next) {
          if (!url.endsWith(".mts")) return next(url, context);
          const options = { compilerOptions: { module: "esnext", target: "es2022" } };
          const source = ts.transpileModule(readFileSync(fileURLToPath(url), "utf8"), options).outputText;
          return { format: "module", shortCircuit: true, source };
        }`,
      "trial.mts": "export default (settings: { a: number }): { score: number } => ({ score: settings.a });",
      "search.mjs": `
        import { gridSearch } from ${JSON.stringify(library)};
        const trial = new URL("./trial.mts", import.meta.url);
        const search = await gridSearch(trial, { examples: 4, folds: 2, grid: { a: [1, 2] }, progress: false, processes: 1 });
        console.log(JSON.stringify(search.best));`,
    };
    const typed = mkdtempSync(path.join(root, "typed-"));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(typed, name), text);
    const started = ["--import", pathToFileURL(path.join(typed, "register.mjs")).href, path.join(typed, "search.mjs")];
    const answer = execFileSync(process.execPath, started, { encoding: "utf8" });
    expect(JSON.parse(answer.trim().split("\n").at(-1)!)).toEqual({ a: 2 });
  });

  test("ends with the process that searches, however that ends", async () => {
    const code = `
      const { gridSearch } = await import(${JSON.stringify(library)});
      const grid = { what: ["wait"], folder: [${JSON.stringify(folder)}] };
      gridSearch(${JSON.stringify(file)}, { examples: 40, folds: 2, grid, progress: false, processes: 2 });
      const { readdirSync } = await import("node:fs");
      while (readdirSync(${JSON.stringify(folder)}).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
      process.kill(process.pid, "SIGKILL");`;
    expect(() => execFileSync(process.execPath, ["--input-type=module", "-e", code], { stdio: "ignore" })).toThrow();
    expect(started()).toHaveLength(2);
    await until(() => !started().some(alive));
  });
});
