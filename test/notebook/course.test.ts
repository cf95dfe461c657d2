import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { budget, failuresIn, resultFailures } from "../../src/notebook/failures";
import { normalize } from "../../src/notebook/normalize";
import { formatNotebook, readNotebook } from "../../src/notebook/notebook-file";
import { resultsIn, resultsName, resultsPath, resultsSchema } from "../../src/notebook/results";
import { type NotebookRun, runNotebook } from "../../src/notebook/run-notebook";

const root = join(__dirname, "../..");
const folder = join(root, "notebooks");
const notebooks = readdirSync(folder).filter((file) => file.endsWith(".ipynb"));

test("the course has notebooks, and one to start with", () => {
  expect(notebooks.filter((name) => name.startsWith("00-"))).toHaveLength(1);
});

describe.each(notebooks)("%s", (name) => {
  const path = join(folder, name);

  test("is committed executed: complete, without errors, every figure with a picture and alt text", () => {
    const notebook = readNotebook(path);
    expect([...failuresIn(notebook), ...resultFailures(notebook, path)]).toEqual([]);
  });

  test("is committed as the runner writes it: no path, time or state of a machine, and the results it shows", () => {
    const text = readFileSync(path, "utf8");
    const notebook = readNotebook(path);
    expect(formatNotebook(normalize(notebook, root)) === text, `run \`elbo-lab run notebooks/${name}\``).toBe(true);
    const file = resultsPath(path);
    const kept = existsSync(file) ? resultsSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
    expect(kept).toEqual(resultsIn(notebook, resultsName(path)));
  });

  test(
    "runs from top to bottom on a fresh kernel",
    async () => {
      let run = await runTimed(path);
      // The budget is of two free cores. A machine that others use has slow minutes, so that being late counts when it
      // happens twice; what else may fail counts at once.
      if (run.failures.length > 0 && run.failures.every(({ kind }) => kind === "time")) run = await runTimed(path);
      expect(run.failures).toEqual([]);
    },
    // The runner keeps the time of the cells; this only guards against a runner that hangs.
    2 * (budget.seconds + 60) * 1000,
  );
});

async function runTimed(path: string): Promise<NotebookRun> {
  const run = await runNotebook(path);
  console.log(`${basename(path)}: ${run.seconds.toFixed(1)} s in ${run.cells.length} cells`);
  return run;
}
