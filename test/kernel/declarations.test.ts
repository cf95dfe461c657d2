import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./test-kernel";

const requireFromTslab = createRequire(createRequire(import.meta.url).resolve("tslab/package.json"));
const ts = requireFromTslab("@tslab/typescript-for-tslab") as typeof import("@tslab/typescript-for-tslab");

describe("the declarations of the library", () => {
  it("are understood by the compiler of the cells, which is older than ours", () => {
    const file = join(root, "dist/index.d.ts");
    expect(existsSync(file), "compile the library first: npm run build").toBe(true);
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
      typeRoots: [join(root, "node_modules/@types")],
      types: ["node"],
    });
    const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(join(root, "dist/")));
    expect(own.length).toBeGreaterThan(5);
    const complaints = own.flatMap((source) =>
      [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
        ({ messageText, start }) => {
          const { line } = source.getLineAndCharacterOfPosition(start ?? 0);
          return `${source.fileName}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
        },
      ),
    );
    expect(complaints).toEqual([]);
  });
});
