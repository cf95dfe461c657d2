import { basename, dirname, join } from "node:path";
import { hasTag, isRun, type Notebook } from "./nbformat";

/** The file of a notebook's teaser: the picture on its first page, and in README's table of the course. */
export function teaserPath(notebookPath: string): string {
  return join(dirname(notebookPath), "pictures", `${basename(notebookPath, ".ipynb")}.png`);
}

/** The picture that the cell with the tag `teaser` shows, as PNG bytes; undefined if there is no such cell or picture. */
export function teaserIn(notebook: Notebook): Uint8Array | undefined {
  const cell = notebook.cells.filter(isRun).find((each) => hasTag(each, "teaser"));
  const pictures = (cell?.outputs ?? []).map((output) => ("data" in output ? output.data["image/png"] : undefined));
  const picture = pictures.find((data) => typeof data === "string");
  return picture === undefined ? undefined : Buffer.from(picture, "base64");
}
