import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { root, run, startTestKernel } from "./test-kernel";

/** Makes a folder with these files. */
function makeProject(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "elbo-lab-project-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe("in this repository", () => {
  let kernel: KernelClient;
  const cell = (code: string) => run(kernel, code);
  beforeAll(async () => {
    kernel = await startTestKernel();
  });
  afterAll(() => kernel.kill());

  it("a notebook imports the library by its name, with its types", async () => {
    const { error, text } = await cell(`import * as lab from "elbo-lab"; Object.keys(lab).length > 0`);
    expect(error).toBeUndefined();
    expect(text).toBe("true");
    expect((await cell(`lab.thisDoesNotExist`)).error).toMatch(/TS2339/);
    expect(
      (
        await cell(
          `import { ArgumentError } from "elbo-lab"; const n: number = new ArgumentError("vae", "beta", -1, "positive");`,
        )
      ).error,
    ).toMatch(/TS2322: Type 'ArgumentError'/);
  });

  it("a notebook imports TypeScript from outside its folder", async () => {
    const { error, text } = await cell(
      `import { frontEnd, frontEndSymbol } from "../src/display/front-end"; [typeof frontEnd(), frontEndSymbol]`,
    );
    expect(error).toBeUndefined();
    expect(text).toBe("[ 'object', Symbol(elbo-lab.frontEnd) ]");
  });

  it("packages with nothing but an exports map have types", async () => {
    const { error } = await cell(
      `import type { TopLevelSpec } from "vega-lite"; const spec: TopLevelSpec = { mark: "no such mark", data: { values: [] } };`,
    );
    expect(error).toMatch(/TS2322/);
  });

  it("ES modules with a top-level await can be imported, statically and dynamically", async () => {
    const { error, text, stderr } = await cell(
      `import * as vega from "vega"; import { compile } from "vega-lite"; [typeof vega.parse, typeof compile]`,
    );
    expect(error).toBeUndefined();
    expect(text).toBe("[ 'function', 'function' ]");
    expect(stderr).toBe("");
    expect((await cell(`(await import("vega-lite")).compile === compile`)).text).toBe("true");
  });

  it("other ES modules and built-in modules as well", async () => {
    expect(
      (
        await cell(
          `import { op, table } from "arquero"; table({ a: [1, 2] }).rollup({ s: (d: any) => op.sum(d.a) }).get("s")`,
        )
      ).text,
    ).toBe("3");
    expect((await cell(`import { basename } from "node:path"; basename("/a/b")`)).text).toBe("'b'");
    expect((await cell(`(await import("node:path")).basename("/a/c")`)).text).toBe("'c'");
  });

  it("tfjs-node has its types", async () => {
    expect(
      (await cell(`import * as tf from "@tensorflow/tfjs-node"; const wrong: string = tf.scalar(1);`)).error,
    ).toMatch(/Scalar|Tensor/);
  });

  it("a module that does not exist fails the cell, in the compiler or at run time", async () => {
    expect((await cell(`import nothing from "no-such-package-at-all"; nothing`)).error).toMatch(/TS2307/);
    expect((await cell(`await import("no-such-package-at-all" as string)`)).error).toMatch(/no-such-package-at-all/);
    expect((await cell(`"alive"`)).text).toBe("'alive'");
  });
});

describe("in a project of one's own", () => {
  let folder: string;
  let kernel: KernelClient;
  const cell = (code: string) => run(kernel, code);
  beforeAll(async () => {
    folder = makeProject({
      "package.json": `{ "name": "own", "private": true }`,
      "tsconfig.json": `{ "extends": "./base.json", "include": ["nothing"] }`,
      "base.json": `{ "compilerOptions": { "strict": true, "noUncheckedIndexedAccess": true } }`,
      "lib/deep/index.ts": `export { twice } from "./twice";`,
      "lib/deep/twice.ts": `interface Padding {\n  a: number;\n}\nexport const twice = (n: number): number => {\n  if (n < 0) throw new RangeError("below zero");\n  return 2 * n;\n};\n`,
      "lib/uses-vega.ts": `import { version } from "waits";\nexport const waited = version;`,
      "notebooks/side.ts": `export const side: string = "beside";`,
      "notebooks/wrong.ts": `export const wrong: number = "text";`,
      "node_modules/waits/package.json": `{ "name": "waits", "version": "1.0.0", "type": "module", "exports": { "types": "./index.d.ts", "default": "./index.js" } }`,
      "node_modules/waits/index.js": `export const version = await Promise.resolve("waited");\nexport default { version };`,
      "node_modules/waits/index.d.ts": `export declare const version: string;\ndeclare const all: { version: string };\nexport default all;`,
      "node_modules/esm-only/package.json": `{ "name": "esm-only", "version": "1.0.0", "type": "module", "exports": { "import": { "types": "./index.d.ts", "default": "./index.js" } } }`,
      "node_modules/esm-only/index.js": `export const only = "import";`,
      "node_modules/esm-only/index.d.ts": `export declare const only: string;`,
    });
    symlinkSync(root, join(folder, "node_modules/elbo-lab"));
    kernel = await startTestKernel(join(folder, "notebooks"));
  });
  afterAll(async () => {
    await kernel.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it("the library is found in node_modules", async () => {
    const { error, text } = await cell(
      `import { ArgumentError } from "elbo-lab"; new ArgumentError("vae", "beta", -1, "positive") instanceof Error`,
    );
    expect(error).toBeUndefined();
    expect(text).toBe("true");
  });

  it("tslab is found although it is not installed there", async () => {
    const { error, outputs } = await cell(`import { display } from "tslab"; display.text("here")`);
    expect(error).toBeUndefined();
    expect(outputs).toHaveLength(1);
  });

  it("files beside and outside of the notebook are imported, also by the name of their folder", async () => {
    expect((await cell(`import { side } from "./side"; side`)).text).toBe("'beside'");
    expect((await cell(`import { twice } from "../lib/deep"; twice(4)`)).text).toBe("8");
    expect((await cell(`import { wrong } from "./wrong"; wrong`)).error).toMatch(/TS2322/);
  });

  it("their stack frames name their TypeScript", async () => {
    const { traceback } = await cell(`twice(-1)`);
    expect(traceback.slice(0, 2)).toEqual(["RangeError: below zero", "    at twice (../lib/deep/twice.ts:5:20)"]);
  });

  it("a changed file is compiled again", async () => {
    writeFileSync(join(folder, "notebooks/side.ts"), `export const side: string = "changed";`);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await cell(`import { side } from "./side"; side`)).text).toBe("'changed'");
  });

  it("ES modules that only import() takes are found by cells and by their files", async () => {
    expect((await cell(`import { waited } from "../lib/uses-vega"; waited`)).text).toBe("'waited'");
    expect((await cell(`import all, { version } from "waits"; [all.version, version]`)).text).toBe(
      "[ 'waited', 'waited' ]",
    );
    expect((await cell(`import { only } from "esm-only"; only`)).text).toBe("'import'");
  });

  it("a cell can define a module, as in tslab", async () => {
    expect((await cell(`/** @module defined */\nexport const inside = 3;`)).status).toBe("ok");
    expect((await cell(`import { inside } from "./defined"; inside`)).text).toBe("3");
    expect((await cell(`/** @module broken */\nexport const no: number = "text";`)).error).toMatch(/TS2322/);
  });

  it("checks are those of the tsconfig, through what it extends", async () => {
    expect((await cell(`const list = [1, 2]; list[0].toFixed()`)).error).toMatch(/TS2532/);
  });
});

describe("outside this repository", () => {
  it.each([
    ["a folder without packages", {}],
    ["a folder with a package.json of its own", { "package.json": `{ "name": "own", "private": true }` }],
  ])("%s finds the library by its name, with its types", async (_, files) => {
    const folder = makeProject({
      ...files,
      "helper.ts": `import { normal } from "elbo-lab"; export const maker = typeof normal;`,
    });
    const kernel = await startTestKernel(folder);
    try {
      const cell = (code: string) => run(kernel, code);
      expect((await cell(`import { ArgumentError } from "elbo-lab"; ArgumentError.name`)).text).toBe("'ArgumentError'");
      expect((await cell(`import { noSuchThing } from "elbo-lab"`)).error).toMatch(/TS2305/);
      expect((await cell(`import { maker } from "./helper"; maker`)).text).toBe("'function'");
      expect((await cell(`(await import("elbo-lab")).ArgumentError === ArgumentError`)).text).toBe("true");
    } finally {
      await kernel.kill();
      rmSync(folder, { recursive: true });
    }
  });
});
