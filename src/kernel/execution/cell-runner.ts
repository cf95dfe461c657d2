import { join } from "node:path";
import vm from "node:vm";
import type { QuickInfo } from "@tslab/typescript-for-tslab";
import type { CompletionInfo } from "tslab/dist/converter";
import { loadTslab, replaceCompiler } from "../base/load-tslab";
import { type Cell, owningCell, runInCell } from "../cell/cell";
import { type CellConverter, createCellConverter } from "../compiler/cell-converter";
import { createCompilerFacade } from "../compiler/compiler-facade";
import { registerCode } from "../errors/readable-stacks";
import { createCheckpoint } from "../interrupts/checkpoint";
import { interruptCell } from "../interrupts/interrupt-cell";
import type { InterruptRequests } from "../interrupts/interrupt-requests";
import { KeyboardInterrupt } from "../interrupts/keyboard-interrupt";
import { createAsyncModules } from "./async-modules";
import { createHelperModules } from "./helper-modules";
import { importFrom } from "./notebook-globals";
import { isBreak, runScript } from "./run-script";
import { createSharedVariables } from "./shared-variables";

/** Compiles and runs cells. */
export interface CellRunner {
  /** Runs code as `cell`. Settles when the cell has ended or was stopped; the outcome is stored in the cell. */
  run(cell: Cell, code: string): Promise<void>;
  /** Interrupts the running cell, as asked by signal or message. */
  interrupt(): void;
  /** The compiler's completions for a name; `position` is in UTF-16 units. */
  complete(code: string, position: number): CompletionInfo;
  /** The compiler's information about the name at a position, in UTF-16 units. */
  inspect(code: string, position: number): { info: QuickInfo; text: string } | undefined;
}

/** The object through which compiled cells share variables; tslab chose its name. */
interface Bridge {
  exports: object;
  require(id: string): unknown;
  link: unknown;
  checkpoint: unknown;
}

/**
 * @param folder The notebook's folder, which is the current folder.
 * @param interrupts The interrupts requested by message.
 */
export function createCellRunner(folder: string, interrupts: InterruptRequests): CellRunner {
  const facade = createCompilerFacade(folder, "__tslab__.checkpoint");
  replaceCompiler(facade.typescript);
  const tslab = loadTslab();
  const helpers = createHelperModules(folder, tslab.publicApi);
  const createConverter = () => tslab.converter.createConverter({ isJS: false, isBrowser: false });
  const converter = createCellConverter(createConverter, facade, helpers.update, folder);
  const { stock } = converter;
  const executor = tslab.executor.createExecutor(
    folder,
    { node: stock, browser: stock, close: stock.close },
    outcomeConsole(converter, interrupts),
  );

  const bridge = (globalThis as unknown as { __tslab__: Bridge }).__tslab__;
  const stockExports = bridge.exports as Record<string, unknown>;
  const variables = createSharedVariables();
  const modules = createAsyncModules(folder, helpers.require, importFrom(folder));

  const stops = new Map<Cell, (reason: unknown) => void>();
  function interrupt(): void {
    interrupts.settle();
    interruptCell((cell, reason) => stops.get(cell)?.(reason));
  }
  const checkpoint = createCheckpoint(interrupts, interrupt);
  Object.assign(bridge, { require: modules.require, link: variables.link, checkpoint });

  /** Runs the code that tslab has wrapped in a function, with linked variables and under the cell's name. */
  function runCompiled(cell: Cell, wrapped: string, code: string): unknown {
    const compiled = converter.compiled();
    if (compiled === undefined) throw new Error("a cell ran without having been compiled");
    const { names, lastExpression = "" } = compiled;
    // tslab looks for the value of the last expression in the `exports` that it created.
    bridge.exports = variables.open(names, compiled.lastExpression, (value) => {
      stockExports[lastExpression] = value;
    });
    const [head = ""] = /^\((?:async )?function\(exports, require\) \{ /.exec(wrapped) ?? [];
    const prefix = head + variables.prologue(names, "__tslab__.link");
    const filename = join(folder, cell.name);
    const lastLine = wrapped.split("\n").length - 1;
    registerCode(filename, {
      label: cell.name,
      source: code,
      toSource({ line, column }) {
        if (line === lastLine) return undefined; // The call that tslab wraps around the cell.
        return compiled.toSource({ line, column: line === 0 ? Math.max(0, column - prefix.length) : column });
      },
    });
    return runScript(prefix + wrapped.slice(head.length), filename, interrupts, () => void checkpoint(undefined));
  }

  async function execute(cell: Cell, code: string): Promise<void> {
    await modules.preload(code);
    if (cell.stopped) return;
    // tslab runs the cell before it first waits, so the next call of `vm.runInThisContext` is the cell's.
    const run = vm.runInThisContext;
    const restore = () => {
      vm.runInThisContext = run;
    };
    vm.runInThisContext = (wrapped) => {
      restore();
      return runCompiled(cell, wrapped, code);
    };
    let finished: Promise<boolean>;
    try {
      finished = executor.execute(code);
    } finally {
      restore();
    }
    await finished;
  }

  return {
    async run(cell, code) {
      const stopped = new Promise<never>((_, reject) => stops.set(cell, reject));
      try {
        await Promise.race([runInCell(cell, () => execute(cell, code)), stopped]);
      } catch (error) {
        cell.fail(error);
      }
      stops.delete(cell);
      converter.adopt(cell.failed ? variables.hasValue : undefined);
    },
    interrupt,
    complete: (code, position) => stock.complete("", code, position),
    inspect(code, position) {
      const info = stock.inspect("", code, position);
      return info ? { info, text: tslab.inspect.printQuickInfo(info) } : undefined;
    },
  };
}

/** tslab's executor reports the outcome of a cell in two ways: it logs the last value, and it logs errors. */
function outcomeConsole(converter: CellConverter, interrupts: InterruptRequests) {
  return {
    log(value: unknown) {
      const cell = owningCell();
      if (cell === undefined || cell.done) return;
      cell.result = value;
      cell.hasResult = true;
    },
    error(thrown: unknown) {
      const cell = owningCell();
      if (!isBreak(thrown)) return cell?.fail(converter.refusal() ?? thrown);
      interrupts.settle();
      const interrupt = new KeyboardInterrupt();
      cell?.interrupt.abort(interrupt);
      cell?.fail(interrupt);
    },
  };
}
