import { owningCell } from "../cell/cell";

/** Ends the process; code of cells meets another function in its place. */
export const exitProcess = process.exit.bind(process) as (code?: number) => never;

/**
 * `process.exit()` in a cell would end the kernel, and with it every variable, without a word. It fails the cell
 * instead, with a `SystemExit`, and the kernel goes on.
 */
export function keepProcess(): void {
  process.exit = ((code?: number) => {
    if (owningCell() === undefined) exitProcess(code);
    const error = new Error(`process.exit(${code ?? ""}) in a cell does not end the kernel: restart it from the menu`);
    error.name = "SystemExit";
    throw error;
  }) as typeof process.exit;
}
