import type { SourceMapPayload } from "node:module";
import type {
  BuilderProgram,
  CompilerOptions,
  TranspileOptions,
  WatchCompilerHostOfFilesAndCompilerOptions,
} from "@tslab/typescript-for-tslab";
import { type TypeScript, ts } from "../base/load-tslab";
import { inlineSourceMap } from "../errors/source-positions";
import { addAwaitCheckpoints } from "./await-checkpoints";
import { cellGlobals } from "./cell-globals";
import { createDiskChanges } from "./disk-changes";
import { createModuleResolver, type ModuleResolver } from "./module-resolver";
import { allowOuterModules, outputPath } from "./outer-modules";
import { readExportMaps } from "./package-types";
import { callPlainly } from "./plain-calls";
import { takeProjectChecks } from "./project-checks";
import { queueRebuildTimers } from "./rebuild-timers";
import { expandShorthand } from "./shorthand-properties";
import { allowTopLevelAwait } from "./top-level-await";

/** What tslab calls the file of a cell. */
const cellFile = "__tslab__.ts";

/** The compiler as tslab shall see it, and what it leaves for the layer. */
export interface CompilerFacade {
  typescript: TypeScript;
  /** To be called before the compiler is asked anything: it learns what has changed on the disk. Returns those files. */
  noticeChanges(): string[];
  /** To be called before another program is made in place of one that failed. */
  reset(): void;
  /** The source maps of a piece of compiled code, the last compiler stage first; they are handed out once. */
  takeSourceMaps(code: string): SourceMapPayload[];
}

/**
 * A facade of tslab's compiler: the compile-time repairs change the options, the host and the transformations on their
 * way from tslab to TypeScript. The compiler's exports are getters that cannot be replaced, hence a new object.
 *
 * tslab compiles in two stages: its own program turns TypeScript into an ES module, `transpileModule` turns that into
 * CommonJS.
 *
 * @param folder The notebook's folder.
 * @param checkpoint Name under which cells reach the checkpoint function of the await repair.
 */
export function createCompilerFacade(folder: string, checkpoint: string): CompilerFacade {
  const sourceMaps = new Map<string, SourceMapPayload[]>();
  const globalsFile = `${folder}/__globals__.d.ts`;
  const disk = createDiskChanges(folder);
  let resolver: ModuleResolver | undefined;

  function createHost(
    rootFiles: readonly string[],
    options: CompilerOptions,
    system: typeof ts.sys,
    ...rest: unknown[]
  ): unknown {
    readExportMaps(options);
    allowTopLevelAwait(options);
    allowOuterModules(options, folder);
    takeProjectChecks(options, folder);
    options.inlineSourceMap = true;
    options.lib = ["lib.es2023.d.ts"];
    serveFile(system, globalsFile, cellGlobals);
    queueRebuildTimers(system);
    resolver = createModuleResolver(system, folder);
    const create = ts.createWatchCompilerHost as (...args: unknown[]) => object;
    const host = create([...rootFiles, globalsFile], options, system, ...rest);
    Object.assign(host, {
      resolveModuleNameLiterals: resolver.resolveModuleNameLiterals,
      hasInvalidatedResolutions: resolver.hasInvalidatedResolutions,
    });
    onProgram(host, (program) => repairEmit(program, options.outDir ?? "", folder));
    return host;
  }

  function createWatchProgram(host: WatchCompilerHostOfFilesAndCompilerOptions<BuilderProgram>) {
    const watch = ts.createWatchProgram(host);
    const update = watch.updateRootFileNames;
    // tslab lists its files anew when a cell defines a module.
    watch.updateRootFileNames = (files) => update([...files, globalsFile]);
    return watch;
  }

  function transpileModule(code: string, options: TranspileOptions) {
    const result = ts.transpileModule(code, {
      ...options,
      // As CommonJS of Node 16 rather than plain CommonJS, `import()` stays what it is.
      fileName: "cell.cts",
      compilerOptions: {
        ...options.compilerOptions,
        module: ts.ModuleKind.Node16,
        moduleResolution: ts.ModuleResolutionKind.Node16,
        sourceMap: true,
      },
      transformers: { before: [callPlainly(), addAwaitCheckpoints(checkpoint)] },
    });
    const outputText = result.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, "");
    const first = inlineSourceMap(code);
    if (first !== undefined && result.sourceMapText !== undefined) {
      sourceMaps.set(outputText, [JSON.parse(result.sourceMapText), first]);
    }
    return { ...result, outputText };
  }

  const overrides: Record<string, unknown> = {
    // tslab makes its own system from this one.
    sys: Object.assign(Object.create(ts.sys), { watchFile: disk.watchFile, watchDirectory: disk.watchDirectory }),
    createWatchCompilerHost: createHost,
    createWatchProgram,
    transpileModule,
  };
  const typescript: Record<string, unknown> = {};
  for (const name of Object.keys(ts) as (keyof TypeScript)[]) {
    Object.defineProperty(typescript, name, { enumerable: true, get: () => overrides[name] ?? ts[name] });
  }
  return {
    typescript: typescript as unknown as TypeScript,
    noticeChanges() {
      resolver?.refresh();
      return disk.notice();
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

/** The compiler's binder is one for all programs. A bind that throws leaves it in the middle; the next one tidies up. */
function resetBinder(): void {
  const { bindSourceFile } = ts as unknown as { bindSourceFile(file: object, options: CompilerOptions): void };
  bindSourceFile(ts.createSourceFile("empty.ts", "", ts.ScriptTarget.ES2022), {});
}

/** Makes the file system of a compiler contain one more file. */
function serveFile(system: typeof ts.sys, path: string, text: string): void {
  const { readFile, fileExists } = system;
  system.readFile = (file, encoding) => (file === path ? text : readFile.call(system, file, encoding));
  system.fileExists = (file) => file === path || fileExists.call(system, file);
}

/** Shows every new program of a host to `repair` before it reaches the function that tslab will install there. */
function onProgram(host: object, repair: (program: BuilderProgram) => void): void {
  let installed: ((program: BuilderProgram) => void) | undefined;
  Object.defineProperty(host, "afterProgramCreate", {
    set: (receive: typeof installed) => {
      installed = receive;
    },
    get: () => (program: BuilderProgram) => {
      repair(program);
      installed?.(program);
    },
  });
}

/** Adds the transformations and output paths of the repairs to what a program emits. */
function repairEmit(program: BuilderProgram, outDir: string, folder: string): void {
  const emit = program.emit;
  program.emit = (file, write, token, onlyDeclarations, transformers) =>
    emit(
      file,
      write && ((path, ...rest) => write(outputPath(path, outDir, folder), ...rest)),
      token,
      onlyDeclarations,
      // tslab gives every file the treatment of a cell. A file that a cell imports is an ordinary module.
      file?.fileName === `${folder}/${cellFile}`
        ? { ...transformers, before: [...(transformers?.before ?? []), expandShorthand(program.getProgram())] }
        : undefined,
    );
}
