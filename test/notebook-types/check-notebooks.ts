import path from "node:path";
import ts from "typescript";
import { hasTag, isRun, type Notebook } from "../../src/notebook/nbformat";

/** The code cells of a notebook as one module, in which a name means what it means in the kernel. */
interface NotebookModule {
  readonly file: string;
  readonly text: string;
  readonly cells: readonly CodeOfCell[];
}

/** Where a cell stands in the notebook, and in the text of its module. */
interface CodeOfCell {
  readonly index: number;
  readonly start: number;
  /** The code of the compiler's error that the cell is there to show ("TS2322"). */
  readonly refusal: string | undefined;
}

const root = path.resolve(import.meta.dirname, "../..");

/** The checks that the kernel makes of a cell; "elbo-lab" is the source, so that nothing has to be built first. */
function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root);
  return {
    ...options,
    rootDir: root,
    noEmit: true,
    declaration: false,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts"],
    paths: { "elbo-lab": [path.join(root, "src/index.ts")] },
  };
}

/**
 * Type-checks notebooks as the kernel does, all in one program.
 *
 * @param notebooks by file name in `notebooks/`
 * @returns what is wrong, as "05-name.ipynb cell 7 line 3: message" (cells counted from 0, lines from 1); a compiler's
 *   error that a cell tagged `raises-exception` shows in its committed output has to come up, and is not reported
 */
export function checkNotebooks(notebooks: ReadonlyMap<string, Notebook>): string[] {
  const modules = new Map([...notebooks].map(([name, notebook]) => [moduleFile(name), moduleOf(name, notebook)]));
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseNone; // a third of the parser's work, and of no interest here
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => modules.has(file) || fileExists(file);
  host.readFile = (file) => modules.get(file)?.text ?? readFile(file);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const text = modules.get(file)?.text;
    if (text === undefined) return getSourceFile(file, languageVersion, ...rest);
    return ts.createSourceFile(file, text, languageVersion);
  };
  const program = ts.createProgram([...modules.keys()], options, host);
  const checker = program.getTypeChecker();
  return [...modules].flatMap(([file, module]) => {
    const source = program.getSourceFile(file)!;
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start = 0, code, messageText }) => ({
        start,
        message: `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
      }),
    );
    return reports(module, [...diagnostics, ...unknownProperties(source, checker)]);
  });
}

/** The errors with their places, less those that a cell shows on purpose. */
function reports(module: NotebookModule, errors: readonly { start: number; message: string }[]): string[] {
  const unseen = new Map(module.cells.map((cell) => [cell, cell.refusal]));
  const found = errors.flatMap(({ start, message }) => {
    const cell = module.cells.findLast((one) => one.start <= start) ?? module.cells[0]!;
    if (cell.refusal !== undefined && message.startsWith(cell.refusal)) {
      unseen.delete(cell);
      return [];
    }
    const line = module.text.slice(cell.start, start).split("\n").length;
    return [`${module.file} cell ${cell.index} line ${line}: ${message}`];
  });
  const missing = [...unseen].filter(([, refusal]) => refusal !== undefined);
  return [
    ...found,
    ...missing.map(([{ index }, refusal]) => `${module.file} cell ${index}: shows ${refusal}, but compiles`),
  ];
}

function moduleFile(name: string): string {
  return path.join(root, "notebooks", `${name}.ts`);
}

function moduleOf(name: string, notebook: Notebook): NotebookModule {
  let text = "export {};\n";
  const cells = notebook.cells.flatMap((cell, index) => {
    if (!isRun(cell)) return [];
    const start = text.length;
    text += `${cell.source}\n;\n`; // the semicolon keeps a cell from going on in the next one
    const shown = cell.outputs.find((output) => output.output_type === "error");
    const refusal = hasTag(cell, "raises-exception") ? /^TS\d+/.exec(shown?.evalue ?? "")?.[0] : undefined;
    return [{ index, start, refusal }];
  });
  return { file: name, text, cells };
}

/**
 * Properties that the library does not know, in records that the notebook makes: options, series of a chart. TypeScript
 * reports them in a record that is written in the call, but not in one that comes from a variable, a spread or `map`.
 */
function unknownProperties(source: ts.SourceFile, checker: ts.TypeChecker): { start: number; message: string }[] {
  const found: { start: number; message: string }[] = [];
  const compare = (given: ts.Type, accepted: ts.Type, call: ts.Node, depth: number): void => {
    for (const part of parts(checker.getNonNullableType(given))) {
      const element = checker.getIndexTypeOfType(part, ts.IndexKind.Number);
      for (const record of parts(checker.getNonNullableType(accepted))) {
        const accepts = checker.getIndexTypeOfType(record, ts.IndexKind.Number);
        if (element && accepts && depth < 3) compare(element, accepts, call, depth + 1);
      }
      const records = parts(checker.getNonNullableType(accepted)).filter((record) => isRecord(record, checker));
      if (records.length === 0) continue;
      for (const { name, declarations } of checker.getPropertiesOfType(part)) {
        if (declarations?.[0]?.getSourceFile() !== source) continue;
        if (records.some((record) => checker.getPropertyOfType(record, name) !== undefined)) continue;
        const message = `${checker.typeToString(accepted)} has no property ${name}`;
        found.push({ start: call.getStart(source), message });
      }
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      for (const argument of node.arguments) {
        const accepted = checker.getContextualType(argument);
        if (accepted !== undefined) compare(checker.getTypeAtLocation(argument), accepted, argument, 0);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function parts(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type];
}

/**
 * Whether the library declares a type as a record that it alone reads. What has to have methods, such as `Trainable`,
 * is a contract instead: whoever fulfills it may have more.
 */
function isRecord(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.isIntersection()) return type.types.every((part) => isRecord(part, checker));
  const folder = path.join(root, "src") + path.sep;
  const declared = type.symbol?.declarations?.some((place) => place.getSourceFile().fileName.startsWith(folder));
  if (declared !== true || checker.getSignaturesOfType(type, ts.SignatureKind.Call).length > 0) return false;
  return checker.getPropertiesOfType(type).every((property) => {
    if ((property.flags & ts.SymbolFlags.Optional) !== 0) return true;
    const value = checker.getTypeOfSymbol(property);
    return checker.getSignaturesOfType(value, ts.SignatureKind.Call).length === 0;
  });
}
