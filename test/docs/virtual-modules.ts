import { existsSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { root } from "./code-blocks";

/** Source texts by their place below the root of the repository; they need not exist there, and hide files that do. */
export type VirtualFiles = ReadonlyMap<string, string>;

const absolute = (file: string): string => path.join(root, file);

/**
 * Type-checks files against the library, as test/tsconfig.json has it, where `elbo-lab` is src/index.ts.
 *
 * @returns the errors in these files, as text
 */
export function typeErrors(files: VirtualFiles): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    absolute("test/tsconfig.json"),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: () => {},
    },
  ) as ts.ParsedCommandLine;
  const options: ts.CompilerOptions = {
    ...config.options,
    baseUrl: root,
    paths: { "elbo-lab": ["src/index.ts"] },
  };
  const host = ts.createCompilerHost(options);
  const texts = new Map(Array.from(files, ([file, text]) => [absolute(file), text]));
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => texts.has(path.resolve(file)) || fileExists(file);
  host.readFile = (file) => texts.get(path.resolve(file)) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = texts.get(path.resolve(file));
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => {
      const { line } = ts.getLineAndCharacterOfPosition(found.file as ts.SourceFile, found.start ?? 0);
      const message = ts.flattenDiagnosticMessageText(found.messageText, "\n");
      return `${path.relative(root, file)}:${line + 1}: ${message}`;
    });
  });
}

/**
 * Runs the code of a file that need not exist.
 *
 * @param file its place, from which its relative imports are resolved: to `known` modules, or to files of the repository
 * @param known modules by their place without `.ts`, or by the name of a package
 * @returns its exports
 */
export async function runModule(
  file: string,
  text: string,
  known: ReadonlyMap<string, object>,
): Promise<Record<string, unknown>> {
  const modules = new Map<string, object>();
  for (const { fileName } of ts.preProcessFile(text).importedFiles) {
    const place = fileName.startsWith(".") ? path.posix.join(path.posix.dirname(file), fileName) : fileName;
    const source = `${absolute(place)}.ts`;
    modules.set(fileName, known.get(place) ?? (await import(existsSync(source) ? source : fileName)));
  }
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    fileName: file,
  });
  const exports: Record<string, unknown> = {};
  const AsyncFunction = (async () => {}).constructor as new (
    ...parts: string[]
  ) => (require: (name: string) => unknown, exports: object) => Promise<void>;
  await new AsyncFunction("require", "exports", outputText)((name) => modules.get(name), exports);
  return exports;
}
