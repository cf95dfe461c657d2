import type { Converter, ConvertResult, SideOutput } from "tslab/dist/converter";
import type { LanguageService, SourceFile, SymbolTable } from "typescript";
import type { Tslab } from "../base/load-tslab";
import { ts } from "../base/typescript";
import { CompileError } from "../errors/compile-error";
import { generatedPositions } from "../errors/generated-positions";
import { registerCode, shortPath } from "../errors/readable-stacks";
import { type MapPosition, type Position, throughMaps } from "../errors/source-positions";
import { splitAmbient } from "./ambient-declarations";
import { type CellNames, cellNames } from "./cell-names";
import type { CompilerFacade } from "./compiler-facade";
import { CompilerFailure } from "./compiler-failure";
import { disposedResult } from "./disposed-cells";
import { keepDeclarations } from "./keep-declarations";
import { restorePaths } from "./outer-modules";
import { awaitsAtTopLevel } from "./top-level-await";
import { withoutExports } from "./without-exports";

/** A compiled cell. */
export interface CompiledCell {
  /** The body of a function of `exports` and `require`. */
  code: string;
  /** The cell awaits outside any function, so it must run as an async function. */
  isAsync: boolean;
  names: CellNames;
  /** The export with the value of the last expression, if there is one. */
  lastExpression: string;
  /** The files that the cell imports, as CommonJS, if they are new or have changed. */
  modules: SideOutput[];
  /** Maps a position in the compiled code to a position in the cell. */
  toSource: MapPosition;
  /** The positions in the compiled code that have a position in the cell. */
  positions(): Position[];
}

/** A cell in the language service. */
export interface OpenedCell {
  service: LanguageService;
  file: string;
  /** The position of the cell in its file. */
  offset: number;
}

/** Compiles cells, and answers questions about them. All state that connects cells at compile time is here. */
export interface CellCompiler {
  /**
   * Compiles a cell. Returns undefined if there is nothing to run, because the cell defines a module.
   * Throws a `CompileError` if the cell has errors.
   */
  compile(code: string): CompiledCell | undefined;
  /** Makes the declarations of the compiled cell visible to later cells: all of them, or only those that have a value. */
  adopt(hasValue?: (name: string) => boolean): void;
  /** Opens code as a cell that follows the cells so far, and asks the language service about it. */
  ask<T>(code: string, question: (cell: OpenedCell) => T): T;
}

/** tslab puts this line before every cell, so that the compiler takes it for a module. */
const firstLine = `export {};${ts.sys.newLine}`;

/**
 * The compiler of a notebook, built on tslab's converter.
 *
 * @param folder The notebook's folder.
 * @param facade The compiler that tslab was loaded with.
 */
export function createCellCompiler(folder: string, facade: CompilerFacade, tslab: Tslab): CellCompiler {
  const create = () => tslab.converter.createConverter({ isJS: false, isBrowser: false });
  let converter = create();
  /** Modules that cells have defined. */
  const defined = new Map<string, Parameters<Converter["addModule"]>>();
  let declarations = "";
  /** `declare global` and `declare module` of all cells. */
  const ambient = new Set<string>();
  let declared: string | undefined;

  /**
   * Queries the compiler. If the compiler throws, its program may be in any state, so this creates a new program and
   * repeats the query. It does not repeat the query after a stack overflow, which would happen again.
   */
  function query<T>(question: () => T): T {
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
    closeQuietly(converter);
    facade.reset();
    converter = create();
    for (const module of defined.values()) converter.addModule(...module);
  }

  const earlier = () => [declarations, ...ambient].join("\n");

  function defineModule(...module: Parameters<Converter["addModule"]>): void {
    const [name, code] = module;
    const diagnostics = query(() => converter.addModule(...module));
    defined.set(name, module);
    if (diagnostics.length > 0) throw new CompileError(diagnostics, code, folder);
  }

  /** Names the code of modules in stack traces, and returns the modules with their real paths. */
  function place(modules: readonly SideOutput[]): SideOutput[] {
    for (const module of modules) {
      const maps = facade.takeSourceMaps(module.data);
      for (const { path } of restorePaths([module], folder).slice(0, 1)) {
        const label = shortPath(path, folder).replace(/\.js$/, ".ts");
        registerCode(path, { label, toSource: throughMaps(maps), positions: () => generatedPositions(maps) });
      }
    }
    return restorePaths(modules, folder);
  }

  return {
    compile(code) {
      declared = undefined;
      const { module, mode, ...meta } = tslab.metadata.getCodeMetadata(code);
      if (module !== undefined) return defineModule(module, code, meta) as undefined;
      if (mode === "browser") return undefined;
      const result: ConvertResult = query(() => converter.convert(earlier(), withoutExports(code)));
      if (result.diagnostics.length > 0) throw new CompileError(result.diagnostics, code, folder);
      const { named, ambient: added } = splitAmbient(result.declOutput ?? "");
      for (const statement of added) ambient.add(statement);
      const names = cellNames(code);
      declared = named + nestedDeclarations({ service: facade.service(), file: facade.files.cell }, names.nested);
      const { output = "" } = result;
      const maps = facade.takeSourceMaps(output);
      return {
        code: output,
        isAsync: awaitsAtTopLevel(code),
        names,
        lastExpression: result.lastExpressionVar ?? disposedResult,
        modules: place(result.sideOutputs ?? []),
        toSource: cellPosition(maps),
        positions: () => generatedPositions(maps),
      };
    },
    adopt(hasValue) {
      if (declared === undefined) return;
      declarations = hasValue === undefined ? declared : keepDeclarations(declared, hasValue);
      declared = undefined;
    },
    ask: (code, question) =>
      query(() => {
        // tslab asks about a position, and the facade's answer is empty. What counts is that tslab has opened the cell.
        converter.inspect(earlier(), withoutExports(code), 0);
        return question({ service: facade.service(), file: facade.files.cell, offset: firstLine.length });
      }),
  };
}

function closeQuietly(converter: Converter): void {
  try {
    converter.close();
  } catch {
    // It is broken, so there is nothing to close.
  }
}

/** Declares the variables that `var` makes inside of blocks. They belong to the whole cell, but TypeScript does not list them. */
function nestedDeclarations({ service, file }: Omit<OpenedCell, "offset">, names: readonly string[]): string {
  const program = names.length > 0 ? service.getProgram() : undefined;
  const source = program?.getSourceFile(file) as (SourceFile & { locals?: SymbolTable }) | undefined;
  if (program === undefined || source === undefined) return "";
  const checker = program.getTypeChecker();
  return names
    .map((name) => {
      const symbol = source.locals?.get(ts.escapeLeadingUnderscores(name));
      const type = symbol && checker.getTypeOfSymbolAtLocation(symbol, source);
      const text = type && checker.typeToString(type, source, ts.TypeFormatFlags.NoTruncation);
      return `declare var ${name}: ${text ?? "any"};\n`;
    })
    .join("");
}

function cellPosition(maps: Parameters<typeof throughMaps>[0]): MapPosition {
  const toSource = throughMaps(maps);
  return (position) => {
    const at = toSource(position);
    return at === undefined || at.line === 0 ? undefined : { line: at.line - 1, column: at.column };
  };
}
