import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const source = path.join(root, "src");

/** What each room of src/ may import from: the plan of the house. */
const mayImport: Record<string, string[]> = {
  runtime: [],
  display: [],
  jit: ["runtime"],
  distributions: ["runtime"],
  networks: ["runtime"],
  objectives: ["distributions", "runtime"],
  models: ["networks", "objectives", "distributions", "jit", "runtime"],
  training: ["jit", "runtime", "display"],
  datasets: ["runtime", "display"],
  metrics: ["distributions", "objectives", "runtime"],
  plots: ["display"],
  jupyter: [],
  kernel: ["jupyter", "display"],
  notebook: ["jupyter", "display"],
};

/** A file that any room may import, since it depends on nothing. */
const shared = "runtime/argument-error";

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.ts$/.test(file) && !file.endsWith(".d.ts"))
  .map((file) => file.split(path.sep).join("/"));

/** The files of src/ that a file imports, by their names without `.ts`. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(source, file), "utf8");
  return ts
    .preProcessFile(text)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => path.posix.join(path.posix.dirname(file), name.replace(/\.js$/, "")));
}

const room = (file: string): string => (file.includes("/") ? (file.split("/")[0] as string) : "");

describe("the house", () => {
  test("has the rooms of the plan and no others", () => {
    expect([...new Set(files.map(room))].filter(Boolean).sort()).toEqual(
      Object.keys(mayImport)
        .filter((name) => files.some((file) => room(file) === name))
        .sort(),
    );
  });

  test("no room imports from one it may not", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => room(file) !== "" && target !== shared)
        .filter((target) => room(target) !== room(file) && !mayImport[room(file)]?.includes(room(target)))
        .map((target) => `${file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("no cycles between files", () => {
    const graph = new Map(files.map((file) => [file.replace(/\.ts$/, ""), importsOf(file)]));
    const done = new Set<string>();
    const visit = (file: string, trail: string[]): string[] | undefined => {
      if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
      if (done.has(file)) return undefined;
      for (const target of graph.get(file) ?? []) {
        const cycle = visit(target, [...trail, file]);
        if (cycle) return cycle;
      }
      done.add(file);
      return undefined;
    };
    for (const file of graph.keys()) expect(visit(file, [])).toBeUndefined();
  });

  test("every import of the house leads to a file", () => {
    const known = new Set(files.map((file) => file.replace(/\.ts$/, "")));
    const lost = files.flatMap((file) =>
      importsOf(file).filter((target) => !known.has(target) && !/\.d$/.test(target)),
    );
    expect(lost).toEqual([]);
  });

  test.each(files)("%s is at most 400 lines", (file) => {
    expect(readFileSync(path.join(source, file), "utf8").split("\n").length).toBeLessThanOrEqual(401);
  });

  test("index.ts is exports and comments only", () => {
    const text = readFileSync(path.join(source, "index.ts"), "utf8");
    const { statements } = ts.createSourceFile("index.ts", text, ts.ScriptTarget.Latest);
    for (const statement of statements) {
      expect(ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined).toBe(true);
    }
  });

  test("TensorFlow is imported in one place", () => {
    const others = files.filter(
      (file) =>
        !/^runtime\/(prepare-)?tensorflow\.ts$/.test(file) &&
        ts
          .preProcessFile(readFileSync(path.join(source, file), "utf8"))
          .importedFiles.some(({ fileName }) => fileName === "@tensorflow/tfjs-node"),
    );
    expect(others).toEqual([]);
  });
});
