import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { read, root } from "./code-blocks";

const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-api-"));
let pages: string[];

/** The names that a file of src/ exports, also through `export *`. */
function exportsOf(file: string): string[] {
  const { statements } = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest);
  return statements.filter(ts.isExportDeclaration).flatMap(({ exportClause, moduleSpecifier }) => {
    if (exportClause && ts.isNamedExports(exportClause)) return exportClause.elements.map(({ name }) => name.text);
    const target = (moduleSpecifier as ts.StringLiteral).text;
    return exportsOf(`${path.posix.join(path.posix.dirname(file), target)}.ts`);
  });
}

describe("the API reference", () => {
  beforeAll(async () => {
    const generator = path.join(root, "node_modules/typedoc/bin/typedoc");
    const options = ["--options", path.join(root, "docs/typedoc.config.mjs"), "--treatWarningsAsErrors"];
    await promisify(execFile)(process.execPath, [generator, ...options, "--out", folder], { cwd: root });
    pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("has a page for every export of src/index.ts, except for TensorFlow itself", () => {
    const documented = new Set(pages.map((page) => path.basename(page, ".html")));
    const missing = exportsOf("src/index.ts").filter((name) => !documented.has(name));
    expect(missing).toEqual(["tf"]);
  });

  test("lists the exports by room", () => {
    const titles = readFileSync(path.join(folder, "index.html"), "utf8").matchAll(/<h2[^>]*>([^<]*)/g);
    expect([...titles].map(([, title]) => title)).toEqual(
      expect.arrayContaining(["Models", "Distributions", "Figures"]),
    );
  });

  test("has no link to a page or a member that does not exist", () => {
    const texts = new Map(
      pages.map((page) => [path.join(folder, page), readFileSync(path.join(folder, page), "utf8")]),
    );
    const lost = [...texts].flatMap(([page, text]) =>
      [...text.matchAll(/href="((?:[^":#]*\.html)?)(?:#([^"]*))?"/g)].flatMap(([, file = "", anchor]) => {
        const target = file ? path.join(path.dirname(page), file) : page;
        const exists = anchor ? texts.get(target)?.includes(`id="${anchor}"`) : existsSync(target);
        return exists ? [] : [`${path.relative(folder, page)} → ${file}#${anchor}`];
      }),
    );
    expect([...new Set(lost)]).toEqual([]);
  });
});
