import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "./chromium";
import { type NotebookPage, openNotebookPage } from "./notebook-page";

const executable = findChromium();

const cells = [
  `const scale = 10;
const scaled = (x: number): number => {
  const result = scale * x;
  return result;
};`,
  `interface Item { weight: number }
let total: number = 0;
for (const weight of [1, 2]) {
  const item: Item = { weight };
  total += scaled(item.weight);
}
total`,
  `let turns = 0;
while (true) {
  turns++;
}`,
  `"alive"`,
];

describe.skipIf(executable === undefined)("JupyterLab's debugger", { timeout: 600_000 }, () => {
  let lab: NotebookPage;
  beforeAll(async () => {
    lab = await openNotebookPage(executable!, "debugger", cells);
  }, 600_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await lab.screenshot(`failed-${task.id}`);
  });
  afterAll(() => lab?.stop(), 60_000);

  const result = (number: number) => lab.cell(number).locator(".jp-OutputArea-executeResult pre");
  const names = () => lab.page.locator(".jp-DebuggerCallstackFrame-name").allInnerTexts();
  const lines = () => lab.page.locator(".jp-DebuggerCallstackFrame-location").allInnerTexts();
  const variable = (name: string) =>
    lab.page
      .locator(".jp-DebuggerVariables-body .jp-TreeItem")
      .filter({ has: lab.page.locator(".jp-DebuggerVariables-name", { hasText: new RegExp(`^${name}$`) }) });
  const value = (name: string) => variable(name).locator(".jp-DebuggerVariables-detail").first();
  const currentLine = (number: number) => lab.cell(number).locator(".jp-DebuggerEditor-highlight");
  const press = (command: string) => lab.page.locator(`#jp-right-stack [data-command="debugger:${command}"]`).click();
  const toggleBreakpoint = (number: number, line: number) =>
    lab
      .cell(number)
      .locator(".cm-breakpoint-gutter .cm-gutterElement:not([style*='visibility: hidden'])")
      .nth(line - 1)
      .click();

  test("the bug button starts it, and the panel shows the notebook's variables", async () => {
    await lab.run(1);
    await lab.cell(1).locator(".jp-InputPrompt", { hasText: "[1]:" }).waitFor();
    // A click while JupyterLab still asks the kernel about a running debugger is lost.
    const button = lab.page.locator(".jp-DebuggerBugButton");
    const isPressed = async () => (await button.getAttribute("aria-pressed")) === "true";
    const press = async () => {
      if (await isPressed()) return true;
      await button.click();
      return false;
    };
    await expect.poll(press, { timeout: 300_000, interval: 5000 }).toBe(true);
    await value("scale").filter({ hasText: /^10$/ }).waitFor();
  });

  test("a breakpoint pauses the cell, and the panel shows the call stack and the variables", async () => {
    await toggleBreakpoint(2, 5);
    await lab.page.locator(".jp-DebuggerBreakpoint").waitFor();
    await lab.run(2);
    await currentLine(2).filter({ hasText: "total += scaled(item.weight);" }).waitFor();
    await value("total").filter({ hasText: /^0$/ }).waitFor();
    await value("item").filter({ hasText: "{weight: 1}" }).waitFor();
    expect(await names()).toEqual([expect.stringMatching(/^cell\[\d+\]$/)]);
    expect(await lines()).toEqual([expect.stringMatching(/:5$/)]);
    await lab.screenshot("debugger-paused");
  });

  test("a step leads into the function of another cell, and out of it", async () => {
    await press("stepIn");
    await currentLine(1).filter({ hasText: "const result = scale * x;" }).waitFor();
    await value("x").filter({ hasText: /^1$/ }).waitFor();
    expect(await names()).toEqual(["scaled", expect.stringMatching(/^cell/)]);
    await press("next");
    await currentLine(1).filter({ hasText: "return result;" }).waitFor();
    await value("result").filter({ hasText: /^10$/ }).waitFor();
    await lab.screenshot("debugger-in-function");
    await press("stepOut");
    await currentLine(2).first().waitFor();
    expect(await names()).toHaveLength(1);
  });

  test("a step over a line, and the rest of the cell", async () => {
    await press("continue");
    await value("item").filter({ hasText: "{weight: 2}" }).waitFor();
    await press("next");
    await value("total").filter({ hasText: /^30$/ }).waitFor();
    await toggleBreakpoint(2, 5);
    await lab.page.locator(".jp-DebuggerBreakpoint").waitFor({ state: "detached" });
    await press("continue");
    await result(2).filter({ hasText: /^30$/ }).waitFor();
    expect(await names()).toEqual([]);
    await lab.screenshot("debugger-continued");
  });

  test("the stop button ends a pause and its cell", async () => {
    await toggleBreakpoint(3, 3);
    await lab.page.locator(".jp-DebuggerBreakpoint").waitFor();
    await lab.run(3);
    await currentLine(3).filter({ hasText: "turns++;" }).waitFor();
    await lab.stopCell();
    await lab.cell(3).locator(".jp-OutputArea-output", { hasText: "KeyboardInterrupt" }).waitFor();
    await lab.run(4);
    await result(4).filter({ hasText: "alive" }).waitFor();
  });

  test("nothing threw inside the page", () => expect(lab.errors).toEqual([]));
});
