import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const source = path.join(root, "src");

/**
 * What each room of src/ may import from, in the order in which data flow: datasets → preprocessing → models → objectives →
 * training → inference and metrics → plots → notebooks. Any other edge is an error.
 */
const mayImport: Record<string, string[]> = {
  runtime: [],
  display: ["runtime"],
  jit: ["runtime"],
  distributions: ["runtime", "display"],
  networks: ["runtime"],
  objectives: ["distributions", "runtime"],
  likelihoods: ["distributions", "runtime", "display"],
  priors: ["networks", "distributions", "runtime", "display"],
  inference: ["objectives", "distributions", "jit", "runtime", "display"],
  preprocessing: ["runtime", "display"],
  models: [
    "inference",
    "priors",
    "likelihoods",
    "networks",
    "objectives",
    "distributions",
    "preprocessing",
    "jit",
    "runtime",
    "display",
  ],
  saving: ["models", "priors", "likelihoods", "runtime", "display"],
  training: ["objectives", "jit", "runtime", "display"],
  search: ["training", "runtime", "display"],
  datasets: ["preprocessing", "runtime", "display"],
  metrics: ["objectives", "distributions", "runtime"],
  reporting: ["metrics", "display", "runtime"],
  plots: ["display", "runtime"],
  widgets: ["plots", "display", "runtime"],
  jupyter: [],
  kernel: ["jupyter", "display", "runtime"],
  notebook: ["jupyter", "reporting", "display", "runtime"],
};

/** Lines of the longest function body that a person reads in one sitting. */
const longestFunction = 100;

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
        .filter(() => room(file) !== "")
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

  test.each(files.filter((file) => path.basename(file) === "index.ts"))("%s is exports and comments only", (file) => {
    const text = readFileSync(path.join(source, file), "utf8");
    const { statements } = ts.createSourceFile("index.ts", text, ts.ScriptTarget.Latest);
    for (const statement of statements) {
      expect(ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined).toBe(true);
    }
  });

  test("no function is longer than one sitting", () => {
    const long = files.flatMap((file) => {
      const tree = ts.createSourceFile(
        file,
        readFileSync(path.join(source, file), "utf8"),
        ts.ScriptTarget.Latest,
        true,
      );
      const found: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isFunctionLike(node) && "body" in node && node.body) {
          const [start, end] = [node.body.getStart(), node.body.end].map(
            (at) => tree.getLineAndCharacterOfPosition(at).line,
          );
          const lines = (end as number) - (start as number) + 1;
          if (lines > longestFunction) found.push(`${file}: ${node.name?.getText() ?? "a function"}, ${lines} lines`);
        }
        ts.forEachChild(node, visit);
      };
      visit(tree);
      return found;
    });
    expect(long).toEqual([]);
  });

  test("TensorFlow is imported in one place", () => {
    const others = files.filter(
      (file) =>
        // layer-weights.ts takes types alone, since tensorflow.ts calls it.
        !/^runtime\/((prepare-)?tensorflow|layer-weights)\.ts$/.test(file) &&
        ts
          .preProcessFile(readFileSync(path.join(source, file), "utf8"))
          .importedFiles.some(({ fileName }) => fileName === "@tensorflow/tfjs-node"),
    );
    expect(others).toEqual([]);
  });
});
