import type { Converter, ConvertResult, SideOutput } from "tslab/dist/converter";
import { CompileError } from "../errors/compile-error";
import { registerCode, shortPath } from "../errors/readable-stacks";
import { type MapPosition, throughMaps } from "../errors/source-positions";
import { type CellNames, cellNames } from "./cell-names";
import type { CompilerFacade } from "./compiler-facade";
import { CompilerFailure } from "./compiler-failure";
import { keepDeclarations } from "./keep-declarations";
import { restorePaths } from "./outer-modules";
import { awaitsAtTopLevel } from "./top-level-await";
import { withoutExports } from "./without-exports";

/** A compiled cell. */
export interface CompiledCell {
  names: CellNames;
  /** The variable with the value of the last expression, if there is one. */
  lastExpression: string | undefined;
  /** Maps a position in the compiled code to a position in the cell. */
  toSource: MapPosition;
}

/** tslab's converter wrapped by the layer, in the form that tslab's executor expects. */
export interface CellConverter {
  /** The converter to pass to tslab's executor. */
  stock: Converter;
  /** The result of the latest `convert`; undefined if the compiler rejected the cell, for the reason in `refusal`. */
  compiled(): CompiledCell | undefined;
  refusal(): CompileError | undefined;
  /** Makes the declarations of the compiled cell visible to later cells: all of them, or only those that have a value. */
  adopt(hasValue?: (name: string) => boolean): void;
}

/**
 * @param create Creates tslab's converter; called again after the compiler has failed.
 * @param takeModules Receives the compiled files that cells import, with their real paths.
 * @param folder The notebook's folder.
 */
export function createCellConverter(
  create: () => Converter,
  facade: CompilerFacade,
  takeModules: (outputs: readonly SideOutput[]) => void,
  folder: string,
): CellConverter {
  let converter = create();
  /** Modules that cells have defined. */
  const defined = new Map<string, Parameters<Converter["addModule"]>>();
  let declarations = "";
  let declared: string | undefined;
  let compiled: CompiledCell | undefined;
  let refusal: CompileError | undefined;

  /**
   * Queries the compiler. If the compiler throws, its program may be in any state, so this creates a new program and
   * repeats the query. It does not repeat the query after a stack overflow, which would happen again.
   */
  function ask<T>(question: () => T): T {
    try {
      noticeChanges();
      return question();
    } catch (first) {
      renew();
      if (first instanceof RangeError) throw new CompilerFailure(first);
    }
    try {
      return question();
    } catch (second) {
      renew();
      throw new CompilerFailure(second);
    }
  }

  function noticeChanges(): void {
    // Node caches loaded files. A data file that has been rewritten must be read again.
    for (const path of facade.noticeChanges()) delete require.cache[path];
  }

  function renew(): void {
    try {
      converter.close();
    } catch {
      // It is broken, so there is nothing to close.
    }
    facade.reset();
    converter = create();
    for (const module of defined.values()) converter.addModule(...module);
  }

  function convert(code: string, shown: string): ConvertResult {
    compiled = refusal = declared = undefined;
    const result = converter.convert(declarations, code);
    if (result.diagnostics.length > 0) {
      refusal = new CompileError(result.diagnostics, shown);
      return result;
    }
    declared = result.declOutput ?? "";
    compiled = {
      names: cellNames(code),
      lastExpression: result.lastExpressionVar,
      toSource: cellPosition(facade.takeSourceMaps(result.output ?? "")),
    };
    const modules = result.sideOutputs ?? [];
    for (const module of modules) registerModule(module);
    takeModules(restorePaths(modules, folder));
    return { ...result, hasToplevelAwait: awaitsAtTopLevel(code), sideOutputs: undefined };
  }

  function registerModule(module: SideOutput): void {
    const maps = facade.takeSourceMaps(module.data);
    for (const { path } of restorePaths([module], folder).slice(0, 1)) {
      registerCode(path, { label: shortPath(path, folder).replace(/\.js$/, ".ts"), toSource: throughMaps(maps) });
    }
  }

  return {
    stock: {
      convert: (_earlier, code) => ask(() => convert(withoutExports(code), code)),
      inspect: (_earlier, code, position) => ask(() => converter.inspect(declarations, withoutExports(code), position)),
      complete: (_earlier, code, position) =>
        ask(() => converter.complete(declarations, withoutExports(code), position)),
      addModule(name, code, meta) {
        const diagnostics = ask(() => converter.addModule(name, code, meta));
        defined.set(name, [name, code, meta]);
        if (diagnostics.length > 0) refusal = new CompileError(diagnostics, code);
        return diagnostics;
      },
      close: () => converter.close(),
    },
    compiled: () => compiled,
    refusal: () => refusal,
    adopt(hasValue) {
      if (declared === undefined) return;
      declarations = hasValue === undefined ? declared : keepDeclarations(declared, hasValue);
      declared = undefined;
    },
  };
}

/** tslab adds one line, `export {};`, before every cell. */
function cellPosition(maps: Parameters<typeof throughMaps>[0]): MapPosition {
  const toSource = throughMaps(maps);
  return (position) => {
    const at = toSource(position);
    return at === undefined || at.line === 0 ? undefined : { line: at.line - 1, column: at.column };
  };
}
