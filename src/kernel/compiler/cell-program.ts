import { readdirSync } from "node:fs";
import type {
  __String,
  CompilerOptions,
  IScriptSnapshot,
  LanguageService,
  LanguageServiceHost,
  Program,
  SourceFile,
  System,
} from "typescript";
import { ts } from "../base/typescript";
import type { ConverterProgram } from "./converter-program";
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
  files: CellFiles,
  rootFiles: readonly string[],
  options: CompilerOptions,
  system: System,
  resolver: ModuleResolver,
  onProgram: (program: ConverterProgram) => void,
): CellProgram {
  const registry = ts.createDocumentRegistry(true, system.getCurrentDirectory());
  const versions = new Map<string, number>();
  const texts = new Map<string, string | undefined>();
  const snapshots = new Map<string, { version: string; snapshot: IScriptSnapshot | undefined }>();
  const cellFiles = [files.cell, files.declarations];
  let roots = rootFiles;
  let waiting = false;
  let emitted = false;
  /** The `.d.ts` files beside the notebook. */
  let typings: string[] = [];

  function rebuild(): void {
    waiting = false;
    for (const file of cellFiles) {
      const text = withRealNames(system.readFile(file));
      // tslab changes the syntax trees of a cell that it has compiled, so they cannot be used again.
      if (!emitted && texts.get(file) === text) continue;
      texts.set(file, text);
      change(file);
    }
    emitted = false;
    typings = typingsIn(system.getCurrentDirectory());
    probe.clear();
    onProgram(lazyProgram());
  }

  function schedule(): void {
    if (waiting) return;
    waiting = true;
    system.setTimeout!(rebuild, 0);
  }

  function change(file: string): void {
    versions.set(file, (versions.get(file) ?? 0) + 1);
    resolver.forget(file);
  }

  function versionOf(file: string): string {
    if (!versions.has(file)) {
      change(file);
      system.watchFile!(file, cellFiles.includes(file) ? schedule : () => change(file));
    }
    return String(versions.get(file));
  }

  /** The compiler asks for the text of every file, each time it builds a program. */
  function snapshotOf(file: string): IScriptSnapshot | undefined {
    const version = versionOf(file);
    const known = snapshots.get(file);
    if (known?.version === version) return known.snapshot;
    const text = cellFiles.includes(file) ? texts.get(file) : system.readFile(file);
    const snapshot = text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    snapshots.set(file, { version, snapshot });
    return snapshot;
  }

  const host: LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...roots, ...typings],
    getScriptVersion: versionOf,
    getScriptSnapshot: snapshotOf,
    getCurrentDirectory: system.getCurrentDirectory,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    useCaseSensitiveFileNames: () => true,
    fileExists: (path) => system.fileExists(path),
    readFile: (path, encoding) => system.readFile(path, encoding),
    directoryExists: (path) => system.directoryExists(path),
    getDirectories: (path) => system.getDirectories(path),
    readDirectory: (...args) => system.readDirectory(...args),
    realpath: (path) => system.realpath?.(path) ?? path,
    resolveModuleNameLiterals: resolver.resolveModuleNameLiterals,
    // The compiler calls these functions although they are not part of the public type.
    ...{
      hasInvalidatedResolutions: resolver.hasInvalidatedResolutions,
      getModuleResolutionCache: () => resolver.packages(options),
    },
  };
  const service = ts.createLanguageService(host, registry);
  const probe = createProbe();

  /**
   * tslab looks for the names of a cell before it compiles it. The syntax tree has them, and a program that is never used
   * is not built. The registry gives the same tree to the program later.
   */
  function createProbe() {
    const acquired = new Map<string, SourceFile>();
    return {
      tree(file: string): SourceFile | undefined {
        const known = acquired.get(file);
        const text = snapshotOf(file);
        if (known !== undefined || text === undefined) return known;
        const tree = registry.acquireDocument(file, options, text, versionOf(file), ts.ScriptKind.TS, {
          languageVersion: options.target ?? ts.ScriptTarget.ESNext,
        });
        bind(tree, options);
        acquired.set(file, tree);
        return tree;
      },
      clear() {
        for (const file of acquired.keys()) registry.releaseDocument(file, options, ts.ScriptKind.TS);
        acquired.clear();
      },
    };
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
          ? probe.tree(file)
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

  for (const file of cellFiles) versionOf(file);
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

/**
 * tslab ends a cell with an `export` of all its names, as the compiler stores them: with another underscore before two, and
 * `__global` for `declare global`. This writes the names of the cell.
 */
function withRealNames(text: string | undefined): string | undefined {
  return text?.replace(/^export \{(.*__.*)\}$/m, (_, list: string) => {
    const names = list.split(", ").filter((name) => name !== "__global");
    return `export {${names.map((name) => ts.unescapeLeadingUnderscores(name as __String)).join(", ")}}`;
  });
}

function typingsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".d.ts"))
      .map((name) => `${folder}/${name}`);
  } catch {
    return []; // The folder was deleted.
  }
}

/** Finds the names that a file declares. The compiler exports this function, but not in its public types. */
function bind(file: SourceFile, options: CompilerOptions): void {
  (ts as unknown as { bindSourceFile(file: SourceFile, options: CompilerOptions): void }).bindSourceFile(file, options);
}
