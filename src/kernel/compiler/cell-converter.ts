import type { Converter, ConvertResult } from "tslab/dist/converter";
import { CompileError } from "../errors/compile-error";
import { registerCode, shortPath } from "../errors/readable-stacks";
import { type MapPosition, throughMaps } from "../errors/source-positions";
import type { CompilerFacade } from "./compiler-facade";
import { type DeclaredNames, declaredNames } from "./declared-names";
import { keepDeclarations } from "./keep-declarations";
import { restorePaths } from "./outer-modules";
import { awaitsAtTopLevel } from "./top-level-await";

/** A cell, compiled. */
export interface CompiledCell {
  names: DeclaredNames;
  /** From a place in the compiled code to one in the cell. */
  toSource: MapPosition;
}

/** tslab's converter with the repairs around it, in the shape in which tslab's executor uses it. */
export interface RepairedConverter {
  /** To be handed to tslab's executor. */
  stock: Converter;
  /** What the latest `convert` has compiled; undefined when the compiler refused it, `refusal` says why. */
  compiled(): CompiledCell | undefined;
  refusal(): CompileError | undefined;
  /** Makes the declarations of the compiled cell known to later cells: all of them, or those that have a value. */
  adopt(hasValue?: (name: string) => boolean): void;
}

/** @param folder The notebook's folder. */
export function repairConverter(converter: Converter, facade: CompilerFacade, folder: string): RepairedConverter {
  let declarations = "";
  let declared: string | undefined;
  let compiled: CompiledCell | undefined;
  let refusal: CompileError | undefined;

  function convert(code: string): ConvertResult {
    compiled = refusal = declared = undefined;
    const result = converter.convert(declarations, code);
    if (result.diagnostics.length > 0) {
      refusal = new CompileError(result.diagnostics, code);
      return result;
    }
    declared = result.declOutput ?? "";
    compiled = { names: declaredNames(code), toSource: cellPosition(facade.takeSourceMaps(result.output ?? "")) };
    for (const module of result.sideOutputs ?? []) {
      const maps = facade.takeSourceMaps(module.data);
      const [place] = restorePaths([module], folder);
      if (place !== undefined) registerModule(place.path, maps);
    }
    return {
      ...result,
      hasToplevelAwait: awaitsAtTopLevel(code),
      sideOutputs: result.sideOutputs && restorePaths(result.sideOutputs, folder),
    };
  }

  function registerModule(path: string, maps: Parameters<typeof throughMaps>[0]): void {
    const label = shortPath(path, folder).replace(/\.js$/, ".ts");
    registerCode(path, { label, toSource: throughMaps(maps) });
  }

  return {
    stock: {
      convert: (_earlier, code) => convert(code),
      inspect: (_earlier, code, position) => converter.inspect(declarations, code, position),
      complete: (_earlier, code, position) => converter.complete(declarations, code, position),
      addModule(name, code, meta) {
        const diagnostics = converter.addModule(name, code, meta);
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

/** tslab puts one line, `export {};`, before every cell. */
function cellPosition(maps: Parameters<typeof throughMaps>[0]): MapPosition {
  const toSource = throughMaps(maps);
  return (position) => {
    const at = toSource(position);
    return at === undefined || at.line === 0 ? undefined : { line: at.line - 1, column: at.column };
  };
}
