import { currentCell } from "../cell/cell";

/**
 * Defines global functions for cells: one clears the outputs of a cell, one shows text in the pager. tslab has neither.
 * `compiler/cell-globals.ts` declares them. `console.clear()` clears the outputs too; Node's would print the control
 * characters of a terminal.
 */
export function installCellFunctions(): void {
  function clearOutput(wait = false): void {
    currentCell()?.output.send("clear_output", { wait });
  }
  console.clear = () => clearOutput();
  Object.assign(globalThis, {
    clearOutput,
    page(text: string): void {
      currentCell()?.payload.push({ source: "page", data: { "text/plain": String(text) }, start: 0 });
    },
  });
}
