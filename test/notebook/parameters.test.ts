import { expect, test } from "vitest";
import type { CodeCell, Notebook } from "../../src/notebook/nbformat";
import { setParameters } from "../../src/notebook/parameters";

const source = [
  "const EPOCHS = 20, RATE: number = -1e-3; // of Adam",
  'const NAME = "vae";',
  "const SIZES: readonly number[] = [400, 20];",
  "let BINARISED = false;",
  "const BATCH = 60_000 / 600;",
  "function EVAL(): void {}",
].join("\n");

function notebook(tags: string[] = ["parameters"]): Notebook {
  const cell: CodeCell = { cell_type: "code", metadata: { tags }, source, execution_count: null, outputs: [] };
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] };
}

const rewritten = [
  { name: "EPOCHS", value: "3", line: "const EPOCHS = 3, RATE: number = -1e-3; // of Adam" },
  { name: "EPOCHS", value: "60_000", line: "const EPOCHS = 60000, RATE: number = -1e-3; // of Adam" },
  { name: "RATE", value: "0.01", line: "const EPOCHS = 20, RATE: number = 0.01; // of Adam" },
  { name: "NAME", value: "12", line: 'const NAME = "12";' },
  { name: "NAME", value: 'a "b"\n', line: 'const NAME = "a \\"b\\"\\n";' },
  { name: "NAME", value: "", line: 'const NAME = "";' },
  { name: "SIZES", value: "[10, 2]", line: "const SIZES: readonly number[] = [10,2];" },
  { name: "BINARISED", value: "true", line: "let BINARISED = true;" },
  { name: "BATCH", value: "64", line: "const BATCH = 64;" },
];

for (const { name, value, line } of rewritten) {
  test(`-p ${name}=${JSON.stringify(value)} rewrites what ${name} is declared with`, async () => {
    const { cells } = await setParameters(notebook(), { [name]: value });
    expect(cells[0]!.source.split("\n").filter((text) => !source.includes(text))).toEqual([line]);
  });
}

test("several parameters are set at once, and the notebook given is left as it was", async () => {
  const original = notebook();
  const { cells } = await setParameters(original, { NAME: "beta", EPOCHS: "1", RATE: "1" });
  expect(cells[0]!.source).toContain('const EPOCHS = 1, RATE: number = 1; // of Adam\nconst NAME = "beta";');
  expect(original.cells[0]!.source).toBe(source);
});

const refused = [
  { name: "EPOCH", value: "3", message: "the notebook has no parameter EPOCH; it has EPOCHS, RATE, NAME, SIZES," },
  { name: "EVAL", value: "3", message: "the notebook has no parameter EVAL" },
  { name: "EPOCHS", value: "many", message: 'the parameter EPOCHS must be a number, but got "many"' },
  { name: "EPOCHS", value: "", message: 'the parameter EPOCHS must be a number, but got ""' },
  { name: "RATE", value: "Infinity", message: 'the parameter RATE must be a number, but got "Infinity"' },
  { name: "BINARISED", value: "yes", message: 'the parameter BINARISED must be true or false, but got "yes"' },
];

for (const { name, value, message } of refused) {
  test(`-p ${name}=${value} is refused by name`, async () => {
    await expect(setParameters(notebook(), { [name]: value })).rejects.toThrow(message);
  });
}

test("a notebook without a tagged cell takes no parameters", async () => {
  await expect(setParameters(notebook([]), { EPOCHS: "3" })).rejects.toThrow(
    "the notebook takes no parameters: none of its cells is tagged `parameters`",
  );
});
