import { owningCell } from "../cell/cell";

/** Ends the process. Code in cells gets a different `process.exit`. */
export const exitProcess = process.exit.bind(process) as (code?: number) => never;

/**
 * `process.exit()` in a cell would silently end the kernel and lose every variable. Instead, it fails the cell with a
 * `SystemExit`, and the kernel keeps running.
 */
export function keepProcess(): void {
  process.exit = ((code?: number) => {
    if (owningCell() === undefined) exitProcess(code);
    const error = new Error(`process.exit(${code ?? ""}) in a cell does not end the kernel: restart it from the menu`);
    error.name = "SystemExit";
    throw error;
  }) as typeof process.exit;
}
