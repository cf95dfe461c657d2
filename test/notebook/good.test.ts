import { join } from "node:path";
import { expect, test } from "vitest";
import type { CodeCell } from "../../src/notebook/nbformat";
import { runNotebook } from "../../src/notebook/run-notebook";

const path = join(__dirname, "good/good.ipynb");
const text = (value: string, name = "stdout") => ({ output_type: "stream", name, text: value });

test("a good notebook passes, and shows in every cell what a front end would show", async () => {
  const run = await runNotebook(path, { courseRules: true, timeoutSeconds: 600 });
  expect(run.failures).toEqual([]);
  const cells = run.notebook.cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
  expect(cells.map((cell) => cell.execution_count)).toEqual([1, 2, 3, null, 4, 5, 6, 7, 8, 9, 10]);
  const outputs = cells.map((cell) => cell.outputs);
  expect(outputs[2]).toEqual([text("vae: 3 epochs, sizes 4-2, verbose false\ntest/notebook/good\n")]);
  expect(outputs[4]).toMatchObject([
    { output_type: "execute_result", metadata: { "image/png": { alt: "one point" } } },
  ]);
  expect(outputs[5]).toMatchObject([{ output_type: "error", ename: "Error", evalue: "as announced" }]);
  expect(outputs[6]).toEqual([text("a warning that is meant\n", "stderr")]);
  expect(outputs[9]).toEqual([{ output_type: "display_data", data: { "text/plain": "step 3" }, metadata: {} }]);
  expect(outputs[10]).toMatchObject([
    { output_type: "execute_result", execution_count: 10, data: { "text/plain": "6" } },
  ]);
  expect(run.cells).toHaveLength(10);
  expect(run.seconds).toBeGreaterThan(run.cells.find(({ cell }) => cell === 12)!.seconds); // three waits of 60 ms
});

test("parameters replace what the tagged cell declares; bands hold for the committed notebook only", async () => {
  const run = await runNotebook(path, {
    courseRules: true,
    timeoutSeconds: 600,
    parameters: { EPOCHS: "5", NAME: "beta", SIZES: "[1]", verbose: "true" },
  });
  expect(run.failures).toEqual([]);
  expect(run.notebook.cells[1]!.source).toBe(
    'const EPOCHS = 5;\nconst NAME = "beta";\nconst SIZES = [1];\nlet verbose = true;',
  );
  expect(JSON.stringify(run.notebook.cells)).toContain("beta: 5 epochs, sizes 1, verbose true");
});
