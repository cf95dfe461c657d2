import type { MimeBundle } from "../../display/mime-bundle";
import { hasMethods, type Viewer } from "./viewer";

const shownRows = 10;

/** Shows an Arquero table: its first rows as HTML and as text, and the number of rows and columns. */
export const viewArqueroTable: Viewer = (value): MimeBundle | undefined => {
  if (!hasMethods(value, "numRows", "numCols", "columnNames", "toHTML", "toMarkdown")) return undefined;
  const rows = Number(value.numRows!());
  const columns = Number(value.numCols!());
  const size = `${count(rows, "row")} × ${count(columns, "column")}`;
  const caption = rows > shownRows ? `${size}, the first ${shownRows} rows` : size;
  return {
    data: {
      "text/html": `${value.toHTML!({ limit: shownRows })}<p>${caption}</p>`,
      "text/plain": `${value.toMarkdown!({ limit: shownRows })}${caption}`,
    },
  };
};

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
