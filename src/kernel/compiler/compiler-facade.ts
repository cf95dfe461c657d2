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
import { allowOuterModules, outputPath } from "./outer-modules";
import { readExportMaps } from "./package-types";
import { callPlainly } from "./plain-calls";
import { takeProjectChecks } from "./project-checks";
import { expandShorthand } from "./shorthand-properties";
import { allowTopLevelAwait } from "./top-level-await";

/** The compiler as tslab shall see it, and what it leaves for the layer. */
export interface CompilerFacade {
  typescript: TypeScript;
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
    const create = ts.createWatchCompilerHost as (...args: unknown[]) => object;
    const host = create([...rootFiles, globalsFile], options, system, ...rest);
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
    takeSourceMaps(code) {
      const maps = sourceMaps.get(code) ?? [];
      sourceMaps.delete(code);
      return maps;
    },
  };
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
      { ...transformers, before: [...(transformers?.before ?? []), expandShorthand(program.getProgram())] },
    );
}
