import { execFileSync } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CodeCell, Notebook, Output } from "../../src/notebook/nbformat";
import { normalize } from "../../src/notebook/normalize";
import { formatNotebook, parseNotebook } from "../../src/notebook/notebook-file";

const python = join(__dirname, "../../.venv/bin/python");

function notebook(outputs: Output[], more: Partial<CodeCell> = {}): Notebook {
  const cell: CodeCell = { cell_type: "code", metadata: {}, source: "1", execution_count: 1, outputs, ...more };
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] };
}

const text = (value: string): Output => ({ output_type: "stream", name: "stdout", text: value });

test("Python's nbformat finds a formatted notebook valid and would write it byte for byte the same", () => {
  const lines = "one\r\ntwo\rthree\u2028four\ffive ünï → 🎉\n\nlast without end";
  const data = {
    "text/plain": lines,
    "image/png": "iVBORw0KGgo=\n",
    "image/svg+xml": "<svg>\n</svg>\n",
    "application/vnd.vegalite.v5+json": { b: [1, 2.5, null], a: { text: "x\ny" } },
    "text/html": "",
  };
  const outputs: Output[] = [
    text(lines),
    { output_type: "display_data", data, metadata: { "image/png": { alt: "z", a: 1 } } },
    { output_type: "execute_result", data, metadata: {}, execution_count: 1 },
    { output_type: "error", ename: "Error", evalue: "a\nb", traceback: ["a\nb", "c"] },
  ];
  const source = `${lines}\n`;
  const formatted = formatNotebook(normalize(notebook(outputs, { source }), "/somewhere"));
  const script = [
    "import sys, nbformat",
    "notebook = nbformat.reads(sys.stdin.buffer.read().decode(), as_version=4)",
    "nbformat.validate(notebook, relax_add_props=False)",
    "sys.stdout.buffer.write((nbformat.writes(notebook) + '\\n').encode())",
  ].join("\n");
  const again = execFileSync(python, ["-c", script], { input: formatted, encoding: "utf8" });
  expect(again).toBe(formatted);
  expect(formatNotebook(parseNotebook(again, "again"))).toBe(formatted);
});

test("what is no notebook is refused with the name of the file and what is wrong", () => {
  expect(() => parseNotebook("{", "a.ipynb")).toThrow(/^a\.ipynb is not a notebook: /);
  expect(() => parseNotebook('{"nbformat": 3, "worksheets": []}', "a.ipynb")).toThrow(
    /^a\.ipynb is not a notebook of nbformat 4: nbformat: /,
  );
});

test("paths of this machine become relative to the project or to the home folder, in texts and data alike", () => {
  const outputs: Output[] = [
    text(
      "at f (/home/of/project/src/a.ts:1:2) and file:///home/of/project/b.ts; in /home/of/project, not /home/of/projects",
    ),
    text(`cached in ${homedir()}/.cache`),
    { output_type: "error", ename: "Error", evalue: "", traceback: ["at /home/of/project/notebooks/Cell[1]:2:3"] },
    { output_type: "display_data", data: { "application/json": { path: ["/home/of/project/x"] } }, metadata: {} },
  ];
  const [cell] = normalize(notebook(outputs), "/home/of/project").cells as [CodeCell];
  expect(cell.outputs).toEqual([
    text("at f (src/a.ts:1:2) and b.ts; in ., not /home/of/projects"),
    text("cached in ~/.cache"),
    { output_type: "error", ename: "Error", evalue: "", traceback: ["at notebooks/Cell[1]:2:3"] },
    { output_type: "display_data", data: { "application/json": { path: ["x"] } }, metadata: {} },
  ]);
});

test("a notebook keeps the still picture of a widget, and not its view, which ends with the kernel", () => {
  const view = { "application/vnd.jupyter.widget-view+json": { model_id: "gone" } };
  const outputs: Output[] = [
    { output_type: "execute_result", data: { ...view, "text/plain": "a picture" }, metadata: {}, execution_count: 1 },
    { output_type: "display_data", data: view, metadata: {} },
  ];
  const [cell] = normalize(notebook(outputs), "/project").cells as [CodeCell];
  expect(cell.outputs.map((output) => "data" in output && output.data)).toEqual([{ "text/plain": "a picture" }, view]);
});

test("metadata of the machine and the moment is dropped, what the author wrote stays, and ids are stable", () => {
  const times = { "iopub.status.busy": "2026-01-01T00:00:00Z" };
  const metadata = { tags: ["parameters"], execution: times, trusted: true, jupyter: { source_hidden: true } };
  const given = notebook([], { metadata });
  given.metadata = { title: "VAE", kernelspec: { name: "mine" }, widgets: {}, language_info: { version: "5.0.4" } };
  const normalized = normalize(given, "/project");
  expect(normalized.cells[0]!.metadata).toEqual({ tags: ["parameters"], jupyter: { source_hidden: true } });
  expect(normalized.metadata).toEqual({
    title: "VAE",
    kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" },
    language_info: {
      name: "typescript",
      file_extension: ".ts",
      mimetype: "text/typescript",
      codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
    },
  });
  expect(normalized.cells[0]!.id).toMatch(/^[0-9a-f]{8}$/);
  expect(normalize(given, "/project")).toEqual(normalized);
  expect(normalize(normalized, "/project")).toEqual(normalized);
});

test("cells of the same text without ids get different ids, and given ids stay", () => {
  const same = notebook([]);
  same.cells = [...same.cells, { ...same.cells[0]! }, { ...same.cells[0]!, id: "mine" }];
  const ids = normalize(same, "/project").cells.map((cell) => cell.id);
  expect(new Set(ids).size).toBe(3);
  expect(ids[2]).toBe("mine");
});
