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

/** tslab's file name for a cell. */
const cellFile = "__tslab__.ts";

/** The compiler that tslab uses, and the information it records for the layer. */
export interface CompilerFacade {
  typescript: TypeScript;
  /** Tells the compiler what has changed on disk, and returns the changed files. Call it before every query. */
  noticeChanges(): string[];
  /** Resets the compiler. Call it before creating a program to replace one that failed. */
  reset(): void;
  /** The source maps of a piece of compiled code, starting with the last compiler stage. Each is returned only once. */
  takeSourceMaps(code: string): SourceMapPayload[];
}

/**
 * A facade of tslab's compiler. It changes the options, the host and the transformations that tslab passes to
 * TypeScript. The facade is a new object because the compiler's exports are getters that cannot be replaced.
 *
 * tslab compiles in two stages: its own program turns TypeScript into an ES module, and `transpileModule` turns that
 * into CommonJS.
 *
 * @param folder The notebook's folder.
 * @param checkpoint The name by which cells call the checkpoint function (`await-checkpoints.ts`).
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
    // tslab lists its files again when a cell defines a module.
    watch.updateRootFileNames = (files) => update([...files, globalsFile]);
    return watch;
  }

  function transpileModule(code: string, options: TranspileOptions) {
    const result = ts.transpileModule(code, {
      ...options,
      // With Node 16 CommonJS instead of plain CommonJS, `import()` stays unchanged.
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
    // tslab derives its own system from this one.
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

/** All programs share one binder. A bind that throws leaves it in an inconsistent state; the next bind restores it. */
function resetBinder(): void {
  const { bindSourceFile } = ts as unknown as { bindSourceFile(file: object, options: CompilerOptions): void };
  bindSourceFile(ts.createSourceFile("empty.ts", "", ts.ScriptTarget.ES2022), {});
}

/** Adds a virtual file to the compiler's file system. */
function serveFile(system: typeof ts.sys, path: string, text: string): void {
  const { readFile, fileExists } = system;
  system.readFile = (file, encoding) => (file === path ? text : readFile.call(system, file, encoding));
  system.fileExists = (file) => file === path || fileExists.call(system, file);
}

/** Passes every new program of a host to `repair` before it reaches the function that tslab will install there. */
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

/** Adds the layer's transformations and output paths to a program's emit. */
function repairEmit(program: BuilderProgram, outDir: string, folder: string): void {
  const emit = program.emit;
  program.emit = (file, write, token, onlyDeclarations, transformers) =>
    emit(
      file,
      write && ((path, ...rest) => write(outputPath(path, outDir, folder), ...rest)),
      token,
      onlyDeclarations,
      // tslab treats every file as a cell, but a file that a cell imports is an ordinary module.
      file?.fileName === `${folder}/${cellFile}`
        ? { ...transformers, before: [...(transformers?.before ?? []), expandShorthand(program.getProgram())] }
        : undefined,
    );
}
