import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as lab from "../../src/index";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import type { ModelRow } from "../laws/models";
import { tolerance } from "../tolerance";
import { type CodeBlock, codeBlocks, codeToRun, documents, read, root } from "./code-blocks";
import { runModule, typeErrors } from "./virtual-modules";

const blocks = documents.flatMap((document) => codeBlocks(document));
const examples = blocks.filter(
  ({ language, comment }) => language === "ts" && !/^(file|line of|row of): /.test(comment),
);
const blockWith = (start: string): CodeBlock => {
  const found = blocks.filter(({ comment }) => comment.startsWith(start));
  expect(found).toHaveLength(1);
  return found[0] as CodeBlock;
};

// The worked example of CONTRIBUTING.md: a file of its own, a line in the index, a row of laws.
const variant = blockWith("file: src/models/");
const variantFile = variant.comment.replace("file: ", "");
const index = `${read("src/index.ts")}\n${blockWith("line of: src/index.ts").code}`;
const row = blockWith("row of: test/laws/models.ts");
const rowImport = row.comment.slice(row.comment.indexOf("import "));
const rowsStart = "export const modelRows: ModelRow[] = [\n";
const laws = `${rowImport}\n${read("test/laws/models.ts").replace(rowsStart, `${rowsStart}${row.code}`)}`;

/** Everything that the library exports, with the variant. */
let modules: Map<string, object>;
let variantRow: ModelRow;

beforeAll(async () => {
  const module = await runModule(variantFile, variant.code, new Map());
  modules = new Map<string, object>([
    [variantFile.replace(/\.ts$/, ""), module],
    ["elbo-lab", { ...lab, ...module }],
  ]);
  const { modelRows } = await runModule("test/laws/models.ts", laws, modules);
  variantRow = (modelRows as ModelRow[])[0] as ModelRow;
}, 600_000);
afterAll(() => tf.disposeVariables());

describe("the code of README.md, CONTRIBUTING.md and ARCHITECTURE.md", () => {
  test("has the types of the library", { timeout: 600_000 }, () => {
    const files = new Map([
      [variantFile, variant.code],
      ["src/index.ts", index],
      ["test/laws/models.ts", laws],
      ...examples.map((block, i): [string, string] => [
        `test/docs/example-${i}.ts`,
        `${codeToRun(block)}\nexport {};\n`,
      ]),
    ]);
    expect(typeErrors(files)).toEqual([]);
  });

  test.each(examples)("$place runs", { timeout: 600_000 }, async (block) => {
    const print = vi.spyOn(console, "log").mockImplementation(() => {});
    const write = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const before = tf.memory().numTensors;
    tf.engine().startScope();
    try {
      await runModule("test/docs/example.ts", codeToRun(block), modules);
    } finally {
      tf.engine().endScope();
      tf.disposeVariables();
      print.mockRestore();
      write.mockRestore();
    }
    expect(tf.memory().numTensors).toBeGreaterThanOrEqual(before);
  });
});

describe("the commands of the documents exist", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const verbs = readdirSync(path.join(root, "bin/verbs")).map((file) => file.replace(/\.mjs$/, ""));
  const commands = documents.flatMap((document) => [
    ...codeBlocks(document)
      .filter(({ language }) => language === "sh")
      .flatMap(({ code, place }) =>
        code.split("\n").map((line) => [line.replace(/\s#.*$/, "").trim(), place] as const),
      ),
    ...Array.from(
      read(document).matchAll(/`((?:npm (?:run|start|test)|npx elbo-lab)[^`]*)`/g),
      ({ 1: command = "" }) => [command, document] as const,
    ),
  ]);

  test.each(commands.filter(([command]) => command !== ""))("%s (%s)", (command) => {
    const words = command.split(/\s+/).filter((word) => !/^[A-Z_]+=/.test(word));
    const [program, first = "", second = ""] = words;
    if (program === "npm" && first === "run") expect(Object.keys(scripts)).toContain(second);
    else if (program === "npm" && ["start", "test"].includes(first)) expect(Object.keys(scripts)).toContain(first);
    else if (program === "npx" && first === "elbo-lab") expect([...verbs, "help"]).toContain(second);
    else if (program === "node") expect(existsSync(path.join(root, first))).toBe(true);
    else expect(["npm", "git", "cd", "apt"]).toContain(program);
    for (const word of words) {
      if (/^(notebooks|test|src)\//.test(word)) expect(existsSync(path.join(root, word))).toBe(true);
    }
  });
});

test("links within the repository lead to files", () => {
  const lost = documents.flatMap((document) =>
    Array.from(read(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g), ({ 1: target = "" }) => target)
      .filter((target) => !existsSync(path.join(root, target)))
      .map((target) => `${document}: ${target}`),
  );
  expect(lost).toEqual([]);
});

describe("the variant that CONTRIBUTING.md adds is under the laws of all models", () => {
  const withModel = async (
    make: () => ReturnType<ModelRow["make"]>,
    run: (model: ReturnType<ModelRow["make"]>, batch: Record<string, tf.Tensor>) => unknown,
  ): Promise<void> => {
    const batch = variantRow.data();
    const model = make();
    try {
      await run(model, batch);
    } finally {
      model.dispose();
      tf.dispose(batch);
    }
  };
  const lossOf = (model: ReturnType<ModelRow["make"]>, batch: Record<string, tf.Tensor>): number =>
    tf.tidy(() => {
      const { loss } = model.phases[0]!.loss(batch, { rng: rng(9), training: false, schedules: {} });
      return loss.dataSync()[0] as number;
    });

  test("at its neutral setting the loss is that of the plain VAE", () =>
    withModel(variantRow.neutral!.make, async (model, batch) => {
      const { plainVae } = await import("../laws/models");
      const plain = plainVae();
      for (const [i, variable] of plain.variables().entries()) variable.assign(model.variables()[i] as tf.Tensor);
      const expected = lossOf(plain, batch);
      expect(Math.abs(lossOf(model, batch) - expected)).toBeLessThan(tolerance.float32 * (1 + Math.abs(expected)));
      plain.dispose();
    }));

  test("training lowers its loss, and what is saved and loaded has the same one", () =>
    withModel(variantRow.make, async (model, batch) => {
      const before = lossOf(model, batch);
      await lab.fit(model, batch, { epochs: 30, batchSize: 16, learningRate: 0.01, progress: false });
      const after = lossOf(model, batch);
      expect(after).toBeLessThan(before);
      const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
      try {
        await lab.save(model, path.join(folder, "model"));
        const loaded = (await lab.load(path.join(folder, "model"), variantRow.maker as never)) as typeof model;
        expect(lossOf(loaded, batch)).toBe(after);
        loaded.dispose();
      } finally {
        rmSync(folder, { recursive: true });
      }
    }));
});
