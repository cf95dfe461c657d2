import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { run, startTestKernel } from "./test-kernel";

let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeAll(async () => {
  kernel = await startTestKernel();
});
afterAll(() => kernel.kill());

describe("commands of Python's notebooks", () => {
  it.each([
    [
      "%%html\n<b>x</b>",
      "%%html is a command of Python's notebooks. Write instead: html(`…`): a cell shows the value of its last expression",
    ],
    ["%%bash\nls -l", /^SyntaxError: %%bash .* Write instead: import \{ execSync \}/],
    ["%time f()", /^SyntaxError: %time .* Write instead: console\.time/],
    ["const a = 1;\n%timeit a", /^SyntaxError: %timeit /],
    ["  %matplotlib inline", /^SyntaxError: %matplotlib .* nothing: delete the line/],
    ["%unheardof x", /^SyntaxError: %unheardof .* ordinary TypeScript/],
    [
      "!ls",
      `! runs a command in Python's notebooks. Write instead: import { execSync } from "node:child_process"; execSync("ls", { stdio: "inherit" })`,
    ],
    ["!ls -la /tmp", /execSync\("ls -la \/tmp", \{ stdio: "inherit" \}\)$/],
    ["!pip install numpy", /execSync\("pip install numpy"/],
    ["?fetch", "for help on fetch, put the cursor on the name and press Shift+Tab"],
    ["fetch?", /^SyntaxError: for help on fetch/],
  ])("%j says what to write instead", async (code, message) => {
    const { error, status } = await cell(code);
    expect(status).toBe("error");
    if (typeof message === "string") expect(error).toBe(`SyntaxError: ${message}`);
    else expect(error).toMatch(message);
  });

  it.each([
    ["a template literal", "const text = `\n%%html\n!ls\n?name\n`; text.length", "18"],
    ["a negation", "const flag = false; const f = () => 3;\n!flag && f()", "3"],
    ["a modulus at the beginning of a line", "7\n  % 4", "3"],
    ["a conditional at the beginning of a line", "true\n  ? 1\n  : 2", "1"],
    ["a comment", "// %%html\n/*\n!ls\n*/ 5", "5"],
  ])("%s is left alone", async (_, code, text) => {
    expect((await cell(code)).text).toBe(text);
  });

  it.each([
    ["const b = ;", /^TypeScriptError: TS1109/],
    ["!flag2 && f2(;", /^TypeScriptError: TS/],
    ["!flag3", /^SyntaxError: ! runs/],
    ["!(flag4)", /^TypeScriptError: TS2(304|552)/],
  ])("%j: other errors stay as they are", async (code, message) => {
    expect((await cell(code)).error).toMatch(message);
  });
});
