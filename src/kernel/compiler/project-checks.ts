import { dirname } from "node:path";
import type { CompilerOptions } from "@tslab/typescript-for-tslab";
import { ts } from "../base/load-tslab";

/** What a cell takes over from the project: the checks and the names of modules. The rest is the kernel's business. */
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

/** Checks cells as strictly as the nearest `tsconfig.json` at or above the notebook's folder says. */
export function takeProjectChecks(options: CompilerOptions, folder: string): void {
  const file = ts.findConfigFile(folder, ts.sys.fileExists);
  if (file === undefined) return;
  // The list of source files is of no interest here, and costly to make: the parser sees empty folders.
  const host = { ...ts.sys, readDirectory: () => [] };
  const config = ts.readConfigFile(file, ts.sys.readFile).config ?? {};
  const project = ts.parseJsonConfigFileContent(config, host, dirname(file)).options;
  for (const name of taken) {
    if (project[name] !== undefined) Object.assign(options, { [name]: project[name] });
  }
  if (project.pathsBasePath !== undefined) options.pathsBasePath = project.pathsBasePath;
}
