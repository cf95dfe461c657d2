import { readdirSync } from "node:fs";
import type { CompilerOptions, LanguageService, LanguageServiceHost, Program, System } from "typescript";
import { ts } from "../base/typescript";
import { createCellTrees } from "./cell-trees";
import type { ConverterProgram } from "./converter-program";
import { createFileVersions } from "./file-versions";
import type { ModuleResolver } from "./module-resolver";

/** The compiler's program of a notebook: the current cell, the declarations of earlier cells, and all that they import. */
export interface CellProgram {
  /** Answers questions about the current cell. */
  service: LanguageService;
  /** The files that belong to the notebook. */
  setRootFiles(files: readonly string[]): void;
  close(): void;
}

/** The two files of tslab that change with every cell. */
export interface CellFiles {
  /** The source of the current cell. */
  cell: string;
  /** The declarations of earlier cells. */
  declarations: string;
}

/**
 * tslab builds its program with TypeScript's watch mode. This is the same program on a language service, so one program
 * compiles cells, completes names and explains calls. It changes only when tslab asks for it.
 *
 * @param system tslab's view of the file system. It serves the cell, and tslab fires its timers.
 * @param onProgram Receives the program after every change.
 */
export function createCellProgram(
  { cell, declarations }: CellFiles,
  rootFiles: readonly string[],
  options: CompilerOptions,
  system: System,
  resolver: ModuleResolver,
  onProgram: (program: ConverterProgram) => void,
): CellProgram {
  const cellFiles = [cell, declarations];
  const folder = system.getCurrentDirectory();
  const registry = ts.createDocumentRegistry(true, folder);
  const files = createFileVersions(cellFiles, system, schedule, resolver.forget);
  const trees = createCellTrees(registry, options, files);
  let roots = rootFiles;
  let typings: string[] = [];
  let waiting = false;
  /** tslab changes the syntax trees of a cell that it has compiled, so they cannot be used again. */
  let emitted = false;

  const host: LanguageServiceHost = {
    ...fileSystem(system),
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...roots, ...typings],
    getScriptVersion: files.versionOf,
    getScriptSnapshot: files.snapshotOf,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    resolveModuleNameLiterals: resolver.resolveModuleNameLiterals,
    // The compiler calls these functions although they are not part of the public type.
    ...{
      hasInvalidatedResolutions: resolver.hasInvalidatedResolutions,
      getModuleResolutionCache: () => resolver.packages(options),
    },
  };
  const service = ts.createLanguageService(host, registry);

  function schedule(): void {
    if (waiting) return;
    waiting = true;
    system.setTimeout!(rebuild, 0);
  }

  function rebuild(): void {
    waiting = false;
    files.readCell(emitted);
    emitted = false;
    typings = typingsIn(folder);
    trees.release();
    onProgram(lazyProgram());
  }

  function lazyProgram(): ConverterProgram {
    let program: Program | undefined;
    const getProgram = () => {
      program ??= service.getProgram();
      if (program === undefined) throw new Error("the language service has no program");
      return program;
    };
    return {
      getProgram,
      getSourceFile: (file) =>
        program === undefined && cellFiles.includes(file)
          ? trees.get(file)
          : getProgram().getSourceFile(plainName(file)),
      getAllDependencies({ fileName }) {
        getProgram(); // It resolves the imports.
        return resolver.sourcesOf(fileName).map(tslabName);
      },
      emit(...args) {
        emitted = true;
        return getProgram().emit(...args);
      },
    };
  }

  rebuild();
  return {
    service,
    setRootFiles(next) {
      roots = next;
      schedule();
    },
    close: () => service.dispose(),
  };
}

/** tslab compiles a file only if its name ends in `.ts`. This makes it compile `.tsx` and `.mts` files too. */
const tslabName = (file: string) => (/\.(tsx|mts|cts|jsx|mjs|cjs)$/.test(file) ? `${file}#.ts` : file);
const plainName = (file: string) => file.replace(/#\.ts$/, "");

function fileSystem(system: System) {
  return {
    getCurrentDirectory: () => system.getCurrentDirectory(),
    useCaseSensitiveFileNames: () => true,
    fileExists: (path: string) => system.fileExists(path),
    readFile: (path: string, encoding?: string) => system.readFile(path, encoding),
    directoryExists: (path: string) => system.directoryExists(path),
    getDirectories: (path: string) => system.getDirectories(path),
    readDirectory: (...args: Parameters<System["readDirectory"]>) => system.readDirectory(...args),
    realpath: (path: string) => system.realpath?.(path) ?? path,
  };
}

/** The `.d.ts` files beside the notebook. */
function typingsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".d.ts"))
      .map((name) => `${folder}/${name}`);
  } catch {
    return []; // The folder was deleted.
  }
}
