import { join } from "node:path";
import { type Cell, runInCell } from "../cell/cell";
import type { CellCompiler } from "../compiler/cell-compiler";
import { registerCode } from "../errors/readable-stacks";
import { createCheckpoint } from "../interrupts/checkpoint";
import { interruptCell } from "../interrupts/interrupt-cell";
import type { InterruptRequests } from "../interrupts/interrupt-requests";
import { KeyboardInterrupt } from "../interrupts/keyboard-interrupt";
import { createAsyncModules } from "./async-modules";
import { type CellBridge, installCellBridge } from "./cell-bridge";
import { createHelperModules } from "./helper-modules";
import { importFrom } from "./notebook-globals";
import { isBreak, runScript } from "./run-script";
import { createSharedVariables, type NotebookVariables } from "./shared-variables";
import { repairWorkingFolder } from "./working-folder";

/** As it was before `resting-timers.ts` replaced it. */
const { setImmediate: startImmediate } = globalThis;

/** Runs cells. */
export interface CellRunner {
  /** Runs code as `cell`. Settles when the cell has ended or was stopped; the outcome is stored in the cell. */
  run(cell: Cell, code: string): Promise<void>;
  /** Interrupts the running cell, as asked by signal or message. */
  interrupt(): void;
  /** Throws if the cell that calls it was interrupted. */
  checkpoint(): void;
  /** The variables of the notebook, for the debugger. */
  readonly variables: NotebookVariables;
}

/**
 * @param folder The notebook's folder, which is the current folder.
 * @param loadTslab Returns the module that `import … from "tslab"` refers to in cells.
 * @param interrupts The interrupts requested by message.
 * @param prepareDebugger Called before compiled code runs. Returns undefined if no debugger is attached.
 */
export function createCellRunner(
  folder: string,
  compiler: CellCompiler,
  loadTslab: () => unknown,
  interrupts: InterruptRequests,
  prepareDebugger: () => Promise<void> | undefined,
): CellRunner {
  const variables = createSharedVariables();
  const helpers = createHelperModules(folder, loadTslab);
  const modules = createAsyncModules(folder, helpers.require, importFrom(folder));
  const stops = new Map<Cell, (reason: unknown) => void>();

  function interrupt(): void {
    interrupts.settle();
    interruptCell((cell, reason) => stops.get(cell)?.(reason));
  }
  const checkpoint = createCheckpoint(interrupts, interrupt);
  const throwIfStopped = () => void checkpoint(undefined);
  const bridge: CellBridge = installCellBridge(checkpoint, variables.link);

  async function execute(cell: Cell, code: string): Promise<void> {
    const warning = repairWorkingFolder(folder);
    if (warning !== undefined) cell.output.write("stderr", `${warning}\n`);
    await modules.preload(code);
    if (cell.stopped) return;
    const compiled = compiler.compile(code);
    if (compiled === undefined) return;
    helpers.update(compiled.modules);
    await helpers.prepare(compiled.code);
    // A signal that came while the cell was compiled is delivered now. Node drops it when the script begins.
    await new Promise((resolve) => startImmediate(resolve));
    if (cell.stopped) return;

    const { names, lastExpression, isAsync, toSource, positions } = compiled;
    const exports = variables.open(names, lastExpression, (value) => {
      // Like the consoles of browsers, a cell that ends with nothing shows nothing.
      cell.hasResult = value !== undefined && value !== null;
      cell.result = value;
    });
    const filename = join(folder, cell.name);
    const script = bridge.script(compiled.code, variables.prologue(names, bridge.link), isAsync);
    registerCode(filename, {
      label: cell.name,
      source: code,
      wrapper: script.wrapper,
      positions,
      toSource(position) {
        const inCode = script.toCode(position);
        return inCode && toSource(inCode);
      },
    });
    await prepareDebugger();
    if (cell.stopped) return;
    bridge.prepare(exports, modules.require, filename);
    await runScript(script.text, filename, interrupts, throwIfStopped);
  }

  return {
    async run(cell, code) {
      const stopped = new Promise<never>((_, reject) => stops.set(cell, reject));
      try {
        await Promise.race([runInCell(cell, () => execute(cell, code)), stopped]);
      } catch (error) {
        cell.fail(isBreak(error) ? interrupted(cell) : error);
      }
      stops.delete(cell);
      compiler.adopt(cell.failed ? variables.hasValue : undefined);
    },
    interrupt,
    checkpoint: throwIfStopped,
    variables,
  };

  /** A signal has ended the cell's synchronous code. */
  function interrupted(cell: Cell): KeyboardInterrupt {
    interrupts.settle();
    const reason = new KeyboardInterrupt();
    cell.interrupt.abort(reason);
    return reason;
  }
}
