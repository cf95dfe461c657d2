import { createHash } from "node:crypto";
import { homedir } from "node:os";
import type { Cell, Notebook, Output } from "./nbformat";

/** The kernel metadata of every notebook of the course, independent of the machine that ran it. */
const kernelMetadata = {
  kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" },
  language_info: {
    name: "typescript",
    file_extension: ".ts",
    mimetype: "text/typescript",
    codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
  },
};

/** Metadata from front ends and other runners: times, view states, trust marks. */
const droppedNotebookMetadata = ["signature", "papermill", "widgets", "orig_nbformat", "orig_nbformat_minor"];
const droppedCellMetadata = ["execution", "ExecuteTime", "papermill", "trusted", "scrolled", "collapsed"];

/**
 * A copy of the notebook that does not depend on the machine or the time: it has the kernel metadata of the course, no
 * execution times, no live widgets, an id on every cell, and no path of this machine in any output.
 * @param root the project's folder; paths in it become relative to it, and the home folder becomes `~`
 */
export function normalize(notebook: Notebook, root: string): Notebook {
  const ids = new Set(notebook.cells.map((cell) => cell.id));
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { ...without(notebook.metadata, droppedNotebookMetadata), ...kernelMetadata },
    cells: notebook.cells.map((cell): Cell => {
      const common = {
        ...cell,
        id: cell.id ?? newId(cell, ids),
        metadata: without(cell.metadata, droppedCellMetadata),
      };
      if (common.cell_type !== "code") return common;
      return { ...common, outputs: common.outputs.map((output) => withoutPaths(withoutView(output), root)) };
    }),
  };
}

function without(record: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

/** Eight hexadecimal digits, like JupyterLab's ids. They are derived from the cell's text, so every run gives the same id. */
function newId(cell: Cell, taken: Set<string | undefined>): string {
  for (let attempt = 0; ; attempt += 1) {
    const id = createHash("sha256").update(`${attempt} ${cell.source}`).digest("hex").slice(0, 8);
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

/**
 * A widget ends with the kernel of its run. Without its view, a front end shows what stands for it, such as a still picture,
 * instead of an error about a widget that it does not find.
 */
function withoutView(output: Output): Output {
  if (!("data" in output) || Object.keys(output.data).length < 2) return output;
  return { ...output, data: without(output.data, ["application/vnd.jupyter.widget-view+json"]) };
}

function withoutPaths(output: Output, root: string): Output {
  // Pictures are base64, where a path can occur only by chance.
  const clean = (value: unknown, key = ""): unknown => {
    if (typeof value === "string") return /^image\/(?!svg)/.test(key) ? value : relativePaths(value, root);
    if (Array.isArray(value)) return value.map((item) => clean(item));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, clean(item, name)]));
  };
  return clean(output) as Output;
}

function relativePaths(text: string, root: string): string {
  const folder = (path: string) =>
    new RegExp(`(?:file://)?${path.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(/|(?![\\w.-]))`, "g");
  const inProject = text.replace(folder(root), (_, slash) => (slash ? "" : "."));
  const home = homedir();
  return home.length > 1 ? inProject.replace(folder(home), "~$1") : inProject;
}
