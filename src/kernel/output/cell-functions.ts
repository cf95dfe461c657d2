import { currentCell } from "../cell/cell";

/**
 * tslab has no way to clear the outputs of a cell, nor to use the pager. These functions are global in cells;
 * `compiler/cell-globals.ts` declares them.
 */
export function installCellFunctions(): void {
  Object.assign(globalThis, {
    clearOutput(wait = false): void {
      currentCell()?.output.send("clear_output", { wait });
    },
    page(text: string): void {
      currentCell()?.payload.push({ source: "page", data: { "text/plain": String(text) }, start: 0 });
    },
  });
}
