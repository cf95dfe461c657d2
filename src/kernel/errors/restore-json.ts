import type { Cell } from "../cell/cell";

const original = JSON;
const { parse, stringify } = original;

/**
 * The compiler uses `JSON`. If an earlier cell has replaced it or one of its functions, every later cell would fail to compile.
 * Therefore it is restored before a cell is compiled, and the cell says so.
 */
export function restoreJson(cell: Cell): void {
  if (JSON === original && JSON.parse === parse && JSON.stringify === stringify) return;
  globalThis.JSON = Object.assign(original, { parse, stringify });
  cell.output.write(
    "stderr",
    "An earlier cell has replaced JSON or one of its functions. They are restored for each cell.\n",
  );
}
