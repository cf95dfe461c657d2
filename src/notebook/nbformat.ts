import { z } from "zod";

/** nbformat 4.5, where a text may be a string or a list of lines. Fields that the format does not define are dropped. */

const text = z.union([z.string(), z.array(z.string())]).transform((value) => joinLines(value));
const metadata = z.record(z.string(), z.unknown());

const mimeData = z
  .record(z.string(), z.unknown())
  .transform((data) =>
    Object.fromEntries(
      Object.entries(data).map(([type, value]) => [
        type,
        isJsonType(type) || !isLines(value) ? value : joinLines(value),
      ]),
    ),
  );

const output = z.discriminatedUnion("output_type", [
  z.object({ output_type: z.literal("stream"), name: z.string(), text }),
  z.object({ output_type: z.literal("display_data"), data: mimeData, metadata }),
  z.object({
    output_type: z.literal("execute_result"),
    data: mimeData,
    metadata,
    execution_count: z.number().int().nullable(),
  }),
  z.object({ output_type: z.literal("error"), ename: z.string(), evalue: z.string(), traceback: z.array(z.string()) }),
]);

const common = { id: z.string().optional(), metadata, source: text };

const cell = z.discriminatedUnion("cell_type", [
  z.object({
    ...common,
    cell_type: z.literal("code"),
    execution_count: z.number().int().nullable(),
    outputs: z.array(output),
  }),
  z.object({ ...common, cell_type: z.literal("markdown"), attachments: z.record(z.string(), mimeData).optional() }),
  z.object({ ...common, cell_type: z.literal("raw"), attachments: z.record(z.string(), mimeData).optional() }),
]);

/** Checks a notebook file's JSON, and joins texts that are lists of lines. */
export const notebookSchema = z.object({
  nbformat: z.literal(4),
  nbformat_minor: z.number().int().min(0),
  metadata,
  cells: z.array(cell),
});

/** A notebook. */
export type Notebook = z.infer<typeof notebookSchema>;
/** A cell of any kind. */
export type Cell = Notebook["cells"][number];
/** A code cell. */
export type CodeCell = Extract<Cell, { cell_type: "code" }>;
/** An output of a code cell. */
export type Output = CodeCell["outputs"][number];

/** Whether the cell carries this tag. */
export function hasTag(cell: Cell, tag: string): boolean {
  return Array.isArray(cell.metadata.tags) && cell.metadata.tags.includes(tag);
}

/** Whether the cell is run: it is a code cell and contains more than white space. */
export function isRun(cell: Cell): cell is CodeCell {
  return cell.cell_type === "code" && cell.source.trim() !== "";
}

/** A copy that has not been executed. */
export function withoutOutputs(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell): Cell => {
    return cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell;
  });
  return { ...notebook, cells };
}

/** Whether values of a MIME type are JSON, which stays unchanged; all other types contain text. */
export function isJsonType(type: string): boolean {
  return type === "application/json" || /^application\/.*\+json$/.test(type);
}

function isLines(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((line) => typeof line === "string");
}

function joinLines(value: string | string[]): string {
  return typeof value === "string" ? value : value.join("");
}
