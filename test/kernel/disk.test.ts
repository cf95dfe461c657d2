import { renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { makeTempProject, type TempProject } from "./temp-project";
import { pause, root, run, startTestKernel } from "./test-kernel";

/** Longer than the compiler's own watchers would take to report what has changed in a new folder. */
const settled = 1200;

const endings = [
  ".json",
  ".ts",
  ".tsx",
  ".mts",
  ".d.ts",
  ".js",
  ".mjs",
  ".cjs",
  ".jsx",
  ".txt",
  ".csv",
  ".ipynb",
  ".tmp",
  "",
];

let project: TempProject;
let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);

/** The kernel works: it compiles, runs and keeps what was there. */
async function expectAlive(after: string): Promise<void> {
  const { error, text, stderr } = await cell(`[kept, 1 + 1]`);
  expect({ after, error, text, stderr }).toEqual({ after, error: undefined, text: "[ 'kept', 2 ]", stderr: "" });
}

async function open(imports: string, fails: boolean): Promise<void> {
  project = makeTempProject({
    "package.json": `{ "name": "own", "private": true }`,
    "there.ts": `export const there = "there";`,
    "node_modules/tool/package.json": `{ "name": "tool", "version": "1.0.0", "main": "index.js", "types": "index.d.ts" }`,
    "node_modules/tool/index.js": `exports.tool = "tool";`,
    "node_modules/tool/index.d.ts": `export declare const tool: string;`,
  });
  kernel = await startTestKernel(project.folder);
  await cell(`import * as fs from "node:fs"; const kept = "kept";`);
  expect((await cell(imports)).status).toBe(fails ? "error" : "ok");
}

describe.each([
  ["no import", `1`, false],
  ["imports that worked", `import { there } from "./there"; import { tool } from "tool"; [there, tool]`, false],
  ["an import that failed", `import { missing } from "./missing"; missing`, true],
  ["an import of a package that failed", `import { missing } from "missing"; missing`, true],
])("after %s", (_, imports, fails) => {
  beforeAll(() => open(imports, fails));
  afterAll(async () => {
    await kernel.kill();
    project.remove();
  });

  it.each(endings)("a file that ends in %j is written, overwritten, renamed and deleted", async (ending) => {
    const [first, second] = [`missing${ending}`, `renamed${ending}`];
    for (const action of [
      `fs.writeFileSync("${first}", "{}")`,
      `fs.writeFileSync("${first}", "[1, 2")`,
      `fs.renameSync("${first}", "${second}")`,
      `fs.rmSync("${second}")`,
    ]) {
      expect((await cell(`${action};`)).error).toBeUndefined();
      await expectAlive(action);
    }
  });

  it.each([
    ["folders", `fs.mkdirSync("missing/deep", { recursive: true }); fs.writeFileSync("missing/deep/index.ts", "")`],
    ["a renamed folder", `fs.renameSync("missing", "folder")`],
    ["a deleted folder", `fs.rmSync("folder", { recursive: true })`],
    ["a folder with the name of a file", `fs.mkdirSync("missing.ts")`],
    [
      "a file in the place of a folder",
      `fs.rmSync("missing.ts", { recursive: true }); fs.writeFileSync("missing.ts", "")`,
    ],
    ["a link to nothing, and one to itself", `fs.symlinkSync("nowhere", "a.ts"); fs.symlinkSync("b.ts", "b.ts")`],
    [
      "names that the compiler uses",
      `for (const name of ["__tslab__.ts", "__prev__.d.ts", "__globals__.d.ts", "src.js"]) fs.writeFileSync(name, "broken (")`,
    ],
    ["a tsconfig.json", `fs.writeFileSync("tsconfig.json", "{ broken")`],
    ["a broken package.json", `fs.writeFileSync("package.json", "{ broken")`],
    ["no package.json", `fs.rmSync("package.json")`],
    ["a package.json of ES modules", `fs.writeFileSync("package.json", JSON.stringify({ type: "module" }))`],
    [
      "a package",
      `fs.mkdirSync("node_modules/missing", { recursive: true }); fs.writeFileSync("node_modules/missing/package.json", "{}")`,
    ],
    ["what installers leave", `fs.writeFileSync("node_modules/.package-lock.json", "{}")`],
    [
      "a package of types",
      `fs.mkdirSync("node_modules/@types/missing", { recursive: true }); fs.writeFileSync("node_modules/@types/missing/index.d.ts", "declare const ofTypes: 1;")`,
    ],
    ["no node_modules", `fs.rmSync("node_modules", { recursive: true })`],
    ["new node_modules", `fs.mkdirSync("node_modules")`],
    ["a thousand files", `for (let i = 0; i < 1000; i++) fs.writeFileSync("many-" + i + ".ts", "")`],
    ["a changed helper", `fs.writeFileSync("there.ts", "export const there = 'changed';")`],
    ["a helper with an error", `fs.writeFileSync("there.ts", "export const there = (")`],
    ["a deleted helper", `fs.rmSync("there.ts")`],
  ])("%s", async (name, action) => {
    expect((await cell(`${action};`)).error).toBeUndefined();
    await expectAlive(name);
  });

  it("a model that is saved into the notebook's folder", async () => {
    project.write("package.json", `{ "name": "own" }`);
    project.write("node_modules/.package-lock.json", "{}");
    symlinkSync(root, join(project.folder, "node_modules/elbo-lab"));
    const saved = await cell(`import { save, vae } from "elbo-lab";
      await save(vae({ dataShape: [4], latentDim: 2 }), ".");`);
    expect(saved.error).toBeUndefined();
    await expectAlive("save");
    await pause(settled);
    await expectAlive("save, and a while");
  });

  it("after all of that, what was missing is found once it is there", async () => {
    expect((await cell(`import { late } from "./late"; late`)).error).toMatch(/TS2307/);
    expect((await cell(`fs.writeFileSync("late.ts", "export const late = 1;");`)).error).toBeUndefined();
    expect((await cell(`import { late } from "./late"; late`)).text).toBe("1");
    expect((await cell(`fs.rmSync("late.ts");`)).error).toBeUndefined();
    expect((await cell(`import { late } from "./late"; late`)).error).toMatch(/TS2307/);
    expect((await cell(`late`)).text).toBe("1");
  });
});

describe("the notebook's folder itself", () => {
  it("may be renamed, deleted and made anew", async () => {
    await open(`1`, false);
    await cell(`const here = process.cwd();`);
    expect((await cell(`fs.renameSync(here, here + "-renamed");`)).error).toBeUndefined();
    await expectAlive("rename");
    expect((await cell(`fs.rmSync(here + "-renamed", { recursive: true });`)).error).toBeUndefined();
    await expectAlive("delete");
    expect((await cell(`process.cwd() === here`)).text).toBe("true");
    expect((await cell(`fs.mkdirSync(here);`)).error).toBeUndefined();
    await expectAlive("make anew");
    await kernel.kill();
    project.remove();
  });
});

describe("the notebook's folder", () => {
  it("is the current folder again when a cell has deleted the current one", async () => {
    const moved = makeTempProject({ "there.ts": `export const there = "there";` });
    const own = await startTestKernel(moved.folder);
    try {
      const deleted = `import fs from "node:fs"; fs.mkdirSync("gone"); process.chdir("gone"); fs.rmdirSync("../gone");`;
      expect((await run(own, deleted)).error).toBeUndefined();
      const next = await run(own, `import { there } from "./there"; [there, process.cwd() === __dirname]`);
      expect(next.stderr).toContain("The current folder was deleted. It is the notebook's folder again");
      expect(next.text).toBe("[ 'there', true ]");
      expect((await run(own, `1 + 1`)).stderr).toBe("");

      renameSync(moved.folder, `${moved.folder}-renamed`);
      expect(await run(own, `1 + 1`)).toMatchObject({ text: "2", stderr: "" });
      const { traceback } = await run(own, `import { there as again } from "./there"; again`);
      expect(traceback.join("\n")).toContain("The notebook's folder was moved, renamed or deleted: restart the kernel");
    } finally {
      await own.kill();
      moved.remove();
      rmSync(`${moved.folder}-renamed`, { recursive: true, force: true });
    }
  });
});
