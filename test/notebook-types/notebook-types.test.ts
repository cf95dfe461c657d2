import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { type Notebook, notebookSchema } from "../../src/notebook/nbformat";
import { readNotebook } from "../../src/notebook/notebook-file";
import { checkNotebooks } from "./check-notebooks";

const folder = path.resolve(import.meta.dirname, "../../notebooks");

const madeUp = notebookOf(
  `import { fit, lineChart, tf, vae } from "elbo-lab";`,
  `const model = vae({ dataShape: 2, latentDim: 1 });
model.reconstrct(tf.zeros([1, 2]));
const common = { epochs: 1, batch: 32 };
await fit(model, tf.zeros([8, 2]), { ...common, seed: 1 });`,
  `lineChart([1, 2].map((k) => ({ name: String(k), x: [0], y: [k], sd: [1] })), { title: "", xTitle: "", yTitle: "" })`,
  { source: "tf.zeros([1])", error: "TS2322: a mistake that is no longer one" },
  { source: "tf.zeros([1]).shpae", error: "TS2551: Property 'shpae' does not exist" },
);

/** A notebook of these code cells; one with an error is tagged as raising it. */
function notebookOf(...cells: (string | { source: string; error: string })[]): Notebook {
  return notebookSchema.parse({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((cell) => {
      const code = { cell_type: "code", metadata: {}, execution_count: null, outputs: [] as object[] };
      if (typeof cell === "string") return { ...code, source: cell };
      const output = { output_type: "error", ename: "TypeScript error", evalue: cell.error, traceback: [] };
      return { ...code, source: cell.source, metadata: { tags: ["raises-exception"] }, outputs: [output] };
    }),
  });
}

/** Seconds of work; the limit only ends a compiler that hangs, on a machine of any speed. */
const limit = 600_000;

test("every committed notebook type-checks against the library's source", { timeout: limit }, () => {
  const names = readdirSync(folder).filter((file) => file.endsWith(".ipynb"));
  const notebooks = new Map(names.map((name) => [name, readNotebook(path.join(folder, name))]));
  notebooks.set("made-up.ipynb", madeUp);
  const found = checkNotebooks(notebooks);
  expect(found.filter((line) => !line.startsWith("made-up"))).toEqual([]);
  // The same program checks that mistakes are found at all, and that they are found where they are.
  expect(found.filter((line) => line.startsWith("made-up"))).toEqual([
    "made-up.ipynb cell 1 line 2: TS2551: Property 'reconstrct' does not exist on type 'Vae'. Did you mean 'reconstruct'?",
    "made-up.ipynb cell 1 line 4: FitOptions has no property batch",
    "made-up.ipynb cell 2 line 1: LineSeries has no property sd",
    "made-up.ipynb cell 3: shows TS2322, but compiles",
  ]);
});
