import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ts } from "../base/typescript";

let values: ReadonlySet<string> | undefined;

/** The functions and objects that the library exports. They are read from its declarations when they are first needed. */
export function libraryNames(): ReadonlySet<string> {
  values ??= new Set(exportedValues(join(__dirname, "../../index.d.ts")));
  return values;
}

/** The line that imports a name from the library. */
export function libraryImport(name: string): string {
  return `import { ${name} } from "elbo-lab";`;
}

function exportedValues(file: string): string[] {
  const { statements } = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ESNext);
  return statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
    const clause = statement.exportClause;
    if (clause === undefined || !ts.isNamedExports(clause)) return [];
    return clause.elements.filter(({ isTypeOnly }) => !isTypeOnly).map(({ name }) => name.text);
  });
}
