import type { SourceMapPayload } from "node:module";
import type { CompilerOptions, EmitResult, LanguageService, Program, SourceFile, System } from "typescript";
import { type TypeScript, ts } from "../base/typescript";
import { inlineSourceMap } from "../errors/source-positions";
import { addAwaitCheckpoints } from "./await-checkpoints";
import { bind } from "./bind";
import { exportOnlyImports } from "./cell-exports";
import { cellGlobals } from "./cell-globals";
import { cellTarget, setCellOptions } from "./cell-options";
import { type CellFiles, type CellProgram, createCellProgram } from "./cell-program";
import type { ConverterHost, ConverterProgram } from "./converter-program";
import { createDiskChanges } from "./disk-changes";
import { exportDisposedResult } from "./disposed-cells";
import { redirectImports } from "./dynamic-imports";
import { replaceImportMeta } from "./import-meta";
import { createModuleResolver, type ModuleResolver } from "./module-resolver";
import { outputPath } from "./outer-modules";
import { callPlainly } from "./plain-calls";
import { expandShorthand } from "./shorthand-properties";

/** The compiler that tslab uses, and the information it records for the layer. */
export interface CompilerFacade {
  /** What tslab gets in place of its own compiler. */
  typescript: object;
  /** The files of the cell, as tslab names them. */
  files: CellFiles;
  /** The language service of the current program. */
  service(): LanguageService;
  /** Tells the compiler what has changed on disk, and returns the changed files. Call it before every query. */
  noticeChanges(): string[];
  /** Resets the compiler. Call it before creating a program to replace one that failed. */
  reset(): void;
  /** The source maps of a piece of compiled code, starting with the last compiler stage. Each is returned only once. */
  takeSourceMaps(code: string): SourceMapPayload[];
}

/** What `createWatchCompilerHost` returns to tslab, which passes it on to `createWatchProgram`. */
interface CreatedHost extends ConverterHost {
  rootFiles: readonly string[];
  options: CompilerOptions;
  system: System;
}

/**
 * A facade of the compiler for tslab. It changes the options, the program and the transformations that tslab asks for. It
 * is a new object because the compiler's exports are getters that cannot be replaced.
 *
 * tslab compiles in two stages: its own program turns TypeScript into an ES module, and `transpileModule` turns that
 * into CommonJS.
 *
 * @param folder The notebook's folder.
 * @param bridge The name of the global variable through which cells reach the kernel (`cell-bridge.ts`).
 */
export function createCompilerFacade(folder: string, bridge: string): CompilerFacade {
  const sourceMaps = new Map<string, SourceMapPayload[]>();
  const files: CellFiles = { cell: `${folder}/__tslab__.ts`, declarations: `${folder}/__prev__.d.ts` };
  const globalsFile = `${folder}/__globals__.d.ts`;
  const disk = createDiskChanges(folder);
  let resolver: ModuleResolver | undefined;
  let program: CellProgram | undefined;

  function createHost(rootFiles: readonly string[], options: CompilerOptions, system: System): CreatedHost {
    setCellOptions(options, folder);
    serveFile(system, globalsFile, cellGlobals);
    return { rootFiles, options, system };
  }

  /** In tslab's hands this is a watch program. The layer builds it on a language service. */
  function createWatchProgram(host: CreatedHost) {
    const { rootFiles, options, system } = host;
    const withGlobals = (names: readonly string[]) => [...names, globalsFile];
    resolver = createModuleResolver(system, folder);
    program = createCellProgram(files, withGlobals(rootFiles), options, system, resolver, (created) =>
      host.afterProgramCreate?.(withCellEmit(created, files, options.outDir ?? "", folder)),
    );
    const { setRootFiles, close } = program;
    return { close, updateRootFileNames: (names: readonly string[]) => setRootFiles(withGlobals(names)) };
  }

  function transpileModule(code: string) {
    const result = ts.transpileModule(code, {
      // With Node 16 CommonJS instead of plain CommonJS, `import()` stays unchanged.
      fileName: "cell.cts",
      compilerOptions: {
        esModuleInterop: true,
        newLine: ts.NewLineKind.LineFeed,
        target: cellTarget,
        module: ts.ModuleKind.Node16,
        moduleResolution: ts.ModuleResolutionKind.Node16,
        sourceMap: true,
      },
      transformers: {
        before: [
          callPlainly(),
          addAwaitCheckpoints(`${bridge}.checkpoint`),
          replaceImportMeta(`${bridge}.meta`),
          redirectImports(`${bridge}.import`),
        ],
      },
    });
    const outputText = result.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, "");
    const first = inlineSourceMap(code);
    if (first !== undefined && result.sourceMapText !== undefined) {
      sourceMaps.set(outputText, [JSON.parse(result.sourceMapText), first]);
    }
    return { ...result, outputText };
  }

  return {
    typescript: facadeOf(ts, {
      // tslab derives its own system from this one.
      sys: Object.assign(Object.create(ts.sys), {
        watchFile: disk.watchFile,
        getCurrentDirectory: () => folder,
      }),
      createWatchCompilerHost: createHost,
      createWatchProgram,
      transpileModule,
      ...functionsOfTslab,
    }),
    files,
    service() {
      if (program === undefined) throw new Error("tslab has not created its program");
      return program.service;
    },
    noticeChanges() {
      const { changed, installed } = disk.notice();
      resolver?.refresh(installed);
      return changed;
    },
    reset() {
      disk.clear();
      sourceMaps.clear();
      resetBinder();
    },
    takeSourceMaps(code) {
      const maps = sourceMaps.get(code) ?? [];
      sourceMaps.delete(code);
      return maps;
    },
  };
}

/** An object with all properties of `compiler`, of which some are replaced. */
function facadeOf(compiler: TypeScript, replaced: Record<string, unknown>): object {
  // With this mark, tslab's imports use the object itself and not a copy of its properties.
  const properties = { ...replaced, __esModule: true };
  return Object.create(compiler, Object.getOwnPropertyDescriptors(properties));
}

/** Functions that tslab's own version of TypeScript exports in addition. */
const functionsOfTslab = {
  getNullTransformationContext: () =>
    (ts as unknown as { nullTransformationContext: unknown }).nullTransformationContext,
  getDefaultTypeRoots: (folder: string, host: { directoryExists(path: string): boolean }) =>
    ts.getEffectiveTypeRoots({}, { ...host, getCurrentDirectory: () => folder } as never),
  getPreEmitDiagnosticsOfFiles: (program: Program, files: readonly SourceFile[]) =>
    ts.sortAndDeduplicateDiagnostics([
      ...program.getOptionsDiagnostics(),
      ...program.getGlobalDiagnostics(),
      // Without those of declarations: they complain about exports, and a cell does not choose what it exports.
      ...files.flatMap((file) => [
        ...program.getSyntacticDiagnostics(file),
        ...(isUnchecked(file) ? [] : program.getSemanticDiagnostics(file)),
      ]),
    ]),
  // The layer asks the language service instead.
  getQuickInfoAtPosition: () => undefined,
};

/** Whether a cell begins with `// @ts-nocheck`. The compiler looks for it before tslab's first line. */
function isUnchecked({ text }: SourceFile): boolean {
  return /^export \{\};\s*(\/\/.*\s+)*?\/\/\s*@ts-nocheck\b/.test(text);
}

/** All programs share one binder. A bind that throws leaves it in an inconsistent state; the next bind restores it. */
function resetBinder(): void {
  bind(ts.createSourceFile("empty.ts", "", ts.ScriptTarget.ES2022), {});
}

/** Adds a virtual file to the compiler's file system. */
function serveFile(system: System, path: string, text: string): void {
  const { readFile, fileExists } = system;
  system.readFile = (file, encoding) => (file === path ? text : readFile.call(system, file, encoding));
  system.fileExists = (file) => file === path || fileExists.call(system, file);
}

/** The compiler's own type of `emit` has one more parameter: whether to write declarations in spite of errors. */
type ForcedEmit = (...args: [...Parameters<ConverterProgram["emit"]>, forced: boolean]) => EmitResult;

/** Adds the layer's transformations and output paths to the program's emit. */
function withCellEmit(program: ConverterProgram, files: CellFiles, outDir: string, folder: string): ConverterProgram {
  return {
    ...program,
    emit: (file, write, token, onlyDeclarations, transformers) =>
      (program.emit as ForcedEmit)(
        file,
        write && ((path, ...rest) => write(outputPath(path, outDir, folder), ...rest)),
        token,
        onlyDeclarations,
        // tslab treats every file as a cell, but a file that a cell imports is an ordinary module.
        file?.fileName === files.cell
          ? {
              ...transformers,
              before: [...(transformers?.before ?? []), exportDisposedResult(), expandShorthand(program.getProgram())],
              after: [...(transformers?.after ?? []), exportOnlyImports()],
            }
          : undefined,
        // Declarations of a cell are written even if an editor would complain about them.
        true,
      ),
  };
}
