import { dirname } from "node:path";
import type { CompilerOptions } from "typescript";
import { ts } from "../base/typescript";

/** The compiler options that cells take from the project: type checks and module names. The kernel sets the rest. */
const taken = [
  "strict",
  "alwaysStrict",
  "noImplicitAny",
  "noImplicitThis",
  "strictNullChecks",
  "strictFunctionTypes",
  "strictBindCallApply",
  "strictPropertyInitialization",
  "useUnknownInCatchVariables",
  "noUncheckedIndexedAccess",
  "exactOptionalPropertyTypes",
  "noFallthroughCasesInSwitch",
  "noImplicitOverride",
  "noImplicitReturns",
  "paths",
  "baseUrl",
  "jsx",
] as const;

/** Type-checks cells with the strictness of the nearest `tsconfig.json`, in or above the notebook's folder. */
export function takeProjectChecks(options: CompilerOptions, folder: string): void {
  const file = ts.findConfigFile(folder, ts.sys.fileExists);
  if (file === undefined) return;
  // The list of source files is not needed and slow to compute, so the parser sees empty folders.
  const host = { ...ts.sys, readDirectory: () => [] };
  const config = ts.readConfigFile(file, ts.sys.readFile).config ?? {};
  const project = ts.parseJsonConfigFileContent(config, host, dirname(file)).options;
  for (const name of taken) {
    if (project[name] !== undefined) Object.assign(options, { [name]: project[name] });
  }
  if (project.pathsBasePath !== undefined) options.pathsBasePath = project.pathsBasePath;
}
