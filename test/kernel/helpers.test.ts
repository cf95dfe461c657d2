import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { makeTempProject, type TempProject } from "./temp-project";
import { run, startTestKernel } from "./test-kernel";

let project: TempProject;
let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeAll(async () => {
  project = makeTempProject({ "package.json": `{ "name": "own" }` });
  kernel = await startTestKernel(project.folder);
});
afterAll(async () => {
  await kernel.kill();
  project.remove();
});

describe("a TypeScript file that cells import", () => {
  it.each([
    ["with imports", `import { EOL } from "node:os";\nexport const v = EOL.length;\nconsole.log("loaded");`],
    ["without imports", `export const v = 1;\nconsole.log("loaded");`],
  ])("may end with an expression: %s", async (_, text) => {
    project.write("ends.ts", text);
    const { error, stdout, text: value } = await cell(`import * as ends from "./ends"; Object.keys(ends)`);
    expect(error).toBeUndefined();
    expect(stdout).toBe("loaded\n");
    expect(value).toBe("[ 'v' ]");
  });

  it("may import a file that imports it", async () => {
    project.write(
      "even.ts",
      `import { odd } from "./odd";\nexport const even = (n: number): boolean => n === 0 || odd(n - 1);`,
    );
    project.write(
      "odd.ts",
      `import { even } from "./even";\nexport const odd = (n: number): boolean => n !== 0 && even(n - 1);`,
    );
    expect((await cell(`import { even } from "./even"; [even(10), even(7)]`)).text).toBe("[ true, false ]");
  });

  it("shows what it exports as it changes", async () => {
    project.write("live.ts", `export let n = 0;\nexport const more = () => { n++; };`);
    await cell(`import { more, n } from "./live";`);
    expect((await cell(`more(); more(); n`)).text).toBe("2");
  });

  it("that throws while it loads is loaded again by the next import", async () => {
    project.write("throws.ts", `export const v = 1;\nthrow new Error("not yet");`);
    expect((await cell(`import { v } from "./throws"; v`)).error).toBe("Error: not yet");
    project.write("throws.ts", `export const v = 2;`);
    expect((await cell(`import { v } from "./throws"; v`)).text).toBe("2");
  });
});

describe("a changed file", () => {
  beforeEach(async () => {
    project.write(
      "base.ts",
      `export const base = "old";\nexport const loads = ((globalThis as any).loads = ((globalThis as any).loads ?? 0) + 1);`,
    );
    project.write("middle.ts", `import { base } from "./base";\nexport const middle = () => base;`);
    project.write("top.ts", `import { middle } from "./middle";\nexport const top = () => middle();`);
    project.write("data.json", `{ "n": 1 }`);
    await cell(`import { top } from "./top"; import data from "./data.json";`);
  });

  it("reaches the files that import it, at the next import, and at once", async () => {
    project.write("base.ts", `export const base = "new";`);
    expect((await cell(`import { top } from "./top"; top()`)).text).toBe("'new'");
  });

  it("of the same length, in the same moment, too", async () => {
    for (const version of ["new", "neu", "nov", "old"]) {
      project.write("base.ts", `export const base = "${version}";`);
      expect((await cell(`import { top } from "./top"; top()`)).text).toBe(`'${version}'`);
    }
  });

  it("that says the same is not loaded again", async () => {
    const { text } = await cell(`import { loads } from "./base"; loads`);
    project.write("middle.ts", `import { base } from "./base";\nexport const middle = () => base + "!";`);
    expect((await cell(`import { loads } from "./base"; loads`)).text).toBe(text);
    expect((await cell(`import { top } from "./top"; top()`)).text).toBe("'old!'");
  });

  it("of data is read again", async () => {
    project.write("data.json", `{ "n": 2, "more": true }`);
    expect((await cell(`import data from "./data.json"; [data.n, data.more]`)).text).toBe("[ 2, true ]");
  });
});
