import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { makeTempProject, type TempProject } from "./temp-project";
import { run, startTestKernel } from "./test-kernel";

let project: TempProject;
let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeAll(async () => {
  project = makeTempProject({
    "package.json": `{ "name": "own" }`,
    "counter.ts": `let calls = 0;\nexport const call = () => ++calls;`,
  });
  kernel = await startTestKernel(project.folder);
  expect((await cell(`import { call } from "./counter"; const kept: number = 1; call()`)).text).toBe("1");
  expect((await cell(`/** @module inline */\nexport const inline = 2;`)).status).toBe("ok");
});
afterAll(async () => {
  await kernel.kill();
  project.remove();
});

describe("a cell on which the compiler runs out of stack", () => {
  const parts = 5000;
  it.each([
    ["many chained calls", `[1]${".map((n) => n)".repeat(parts)}`],
    ["many parentheses", `${"(".repeat(parts)}1${")".repeat(parts)}`],
    ["many nested arrays", `${"[".repeat(parts)}1${"]".repeat(parts)}`],
    ["many operators", `1${" + 1".repeat(10 * parts)}`],
    ["many nested functions", `${"() => ".repeat(parts)}1`],
    ["many nested blocks", `${"{".repeat(parts)}${"}".repeat(parts)}`],
  ])("%s: fails or runs, and the next cells work", async (_, code) => {
    const { status, error } = await cell(code);
    if (status === "error") expect(error).toMatch(/ran out of stack|Maximum call stack|RangeError|TS\d+/);
    expect((await cell(`kept + 1`)).text).toBe("2");
    expect((await cell(`kept.noSuchMethod()`)).error).toMatch(/TS2339/);
  });

  it.each([
    ["completion", "complete_request"],
    ["inspection", "inspect_request"],
  ])("does not break after %s of such code", async (_, type) => {
    const code = `${"(".repeat(parts)}kept${")".repeat(parts)}`;
    await kernel.request(type, { code, cursor_pos: parts + 4, detail_level: 0 }, { timeoutSeconds: 60 });
    expect((await cell(`kept + 1`)).text).toBe("2");
    const { content } = await kernel.request(
      "complete_request",
      { code: "kep", cursor_pos: 3 },
      { timeoutSeconds: 60 },
    );
    expect(content.matches).toContain("kept");
  });

  it("modules keep their state, and those that cells defined are there", async () => {
    expect((await cell(`import { call } from "./counter"; call()`)).text).toBe("2");
    expect((await cell(`import { inline } from "./inline"; inline`)).text).toBe("2");
  });
});
