import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "./chromium";
import { type NotebookPage, openNotebookPage } from "./notebook-page";

const executable = findChromium();

const cells = [
  `const name = prompt("name?"); "Hello, " + name`,
  `prompt("token?", { hidden: true }).length`,
  `import readline from "node:readline/promises";
const rl = readline.createInterface({ input: process.stdin, output: process.stdout });
const age = Number(await rl.question("age? ")); rl.close();
age + 1`,
  `prompt("stop me?")`,
  `display(markdown("**bold** and $x^2$")); display(html("<b id='shown'>html</b>")); display(latex("\\\\frac{1}{2}"));
display([{ digit: 3, share: 0.25 }, { digit: 7, share: 0.75 }]);
const circle = (color: string) =>
  svg(\`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18" fill="\${color}"/></svg>\`);
const dot = display(circle("red"));
dot.update(circle("green"));`,
  `for (let i = 0; ; i++) console.log("line " + i);`,
  `"alive"`,
];

describe.skipIf(executable === undefined)("input and display in JupyterLab", { timeout: 600_000 }, () => {
  let lab: NotebookPage;
  beforeAll(async () => {
    lab = await openNotebookPage(executable!, "input", cells);
  }, 600_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await lab.screenshot(`failed-${task.id}`);
  });
  afterAll(() => lab?.stop(), 60_000);

  const cell = (number: number): Locator => lab.cell(number);
  const result = (number: number) => cell(number).locator(".jp-OutputArea-executeResult pre");
  const field = (number: number) => cell(number).locator(".jp-Stdin-input");

  test("prompt() shows a field, and returns what is typed", async () => {
    await lab.run(1);
    await field(1).waitFor();
    expect(await cell(1).locator(".jp-Stdin-prompt").innerText()).toMatch(/^name\?/);
    await lab.screenshot("prompt-open");
    await field(1).fill("Ada");
    await field(1).press("Enter");
    await result(1).filter({ hasText: "Hello, Ada" }).waitFor();
    await lab.screenshot("prompt-answered");
  });

  test("a hidden answer is not readable", async () => {
    await lab.run(2);
    await field(2).waitFor();
    expect(await field(2).getAttribute("type")).toBe("password");
    await field(2).fill("secret");
    await field(2).press("Enter");
    await result(2).filter({ hasText: "6" }).waitFor();
    expect(await cell(2).locator(".jp-OutputArea").innerText()).not.toContain("secret");
  });

  test("readline asks too", async () => {
    await lab.run(3);
    await field(3).fill("41");
    await field(3).press("Enter");
    await result(3).filter({ hasText: "42" }).waitFor();
  });

  test("the stop button ends a waiting prompt()", async () => {
    await lab.run(4);
    await field(4).waitFor();
    await lab.stopCell();
    await cell(4).locator(".jp-OutputArea-output", { hasText: "KeyboardInterrupt" }).waitFor();
    await lab.screenshot("prompt-interrupted");
  });

  test("display() draws Markdown, HTML, formulas, tables and pictures, and updates in place", async () => {
    await lab.run(5);
    await cell(5).locator("strong", { hasText: "bold" }).waitFor();
    await cell(5).locator("#shown").waitFor();
    await cell(5).locator("mjx-container").first().waitFor();
    expect(await cell(5).locator("table tbody tr").count()).toBe(2);
    await expect.poll(() => cell(5).locator('img[src*="green"], circle[fill="green"]').count()).toBe(1);
    await lab.screenshot("display");
  });

  test("an endless loop of console.log does not freeze the page, and shows its beginning and its end", async () => {
    await lab.run(6);
    const output = cell(6).locator(".jp-OutputArea-output", { hasText: "The end of its text follows" });
    await output.waitFor();
    await lab.stopCell();
    await cell(6).locator(".jp-OutputArea-output", { hasText: "KeyboardInterrupt" }).waitFor();
    const text = await cell(6).locator(".jp-OutputArea").innerText();
    expect(text).toContain("line 0\nline 1\n");
    expect(text).toMatch(/[\d,]+ characters are left out here/);
    await lab.run(7);
    await result(7).filter({ hasText: "alive" }).waitFor();
    await lab.screenshot("long-output");
  });

  test("nothing threw inside the page", () => {
    expect(lab.errors).toEqual([]);
  });
});
