import { currentCell } from "../cell/cell";

/**
 * Defines global functions for cells: one clears the outputs of a cell, one shows text in the pager. tslab has neither.
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
