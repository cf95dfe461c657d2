import { parse } from "node:path";
import type { CompilerOptions } from "typescript";
import { ts } from "../base/typescript";
import { takeProjectChecks } from "./project-checks";

/**
 * Changes the options that tslab passes to the compiler.
 *
 * @param folder The notebook's folder.
 */
export function setCellOptions(options: CompilerOptions, folder: string): void {
  // tslab resolves modules like Node 10, which ignores the `exports` map of a package.json. "Bundler" resolution reads the
  // maps, and still lets cells import files without an extension.
  options.moduleResolution = ts.ModuleResolutionKind.Bundler;
  // With the notebook's folder as the root, `import "../src/model"` would be "not under rootDir". See `outer-modules.ts`.
  options.rootDir = parse(folder).root;
  options.target = cellTarget;
  options.lib = libraries();
  options.inlineSourceMap = true;
  options.rewriteRelativeImportExtensions = true; // `import "./model.ts"` is accepted.
  // Options of older compilers: decorators are standard now, and the layer allows top-level await.
  for (const name of ["experimentalDecorators", "noImplicitUseStrict", "disableTopLevelAwait"]) delete options[name];
  takeProjectChecks(options, folder);
}

/** The newest edition of JavaScript that the running Node has in full. */
export const cellTarget = "withResolvers" in Promise ? ts.ScriptTarget.ES2024 : ts.ScriptTarget.ES2022;

/** The declarations of the JavaScript built into the running Node. */
function libraries(): string[] {
  const proposals: [name: string, isBuiltIn: boolean][] = [
    ["esnext.array", "fromAsync" in Array],
    ["esnext.collection", "union" in Set.prototype],
    ["esnext.decorators", true], // Only types; the compiler translates decorators.
    ["esnext.disposable", "asyncDispose" in Symbol],
    ["esnext.error", "isError" in Error],
    ["esnext.float16", "Float16Array" in globalThis],
    ["esnext.iterator", "Iterator" in globalThis],
    ["esnext.promise", "try" in Promise],
    ["esnext.sharedmemory", "pause" in Atomics],
  ];
  const base = cellTarget === ts.ScriptTarget.ES2024 ? "es2024" : "es2023";
  return [base, ...proposals.flatMap(([name, isBuiltIn]) => (isBuiltIn ? [name] : []))].map(
    (name) => `lib.${name}.d.ts`,
  );
}
