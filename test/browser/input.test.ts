import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeNotebook } from "../../src/notebook/notebook-file";
import { type BrowserPage, findChromium, openBrowser } from "./chromium";
import { type JupyterLabServer, startJupyterLab } from "./jupyterlab-server";

const root = join(__dirname, "../..");
const folder = ".artefacts/browser-input";
const screenshots = join(root, ".artefacts/screenshots");
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
  let server: JupyterLabServer;
  let browser: BrowserPage;
  let page: Page;

  beforeAll(async () => {
    mkdirSync(join(root, folder), { recursive: true });
    mkdirSync(screenshots, { recursive: true });
    writeNotebook(join(root, folder, "input.ipynb"), {
      cells: cells.map((source, i) => ({
        cell_type: "code",
        id: `cell-${i}`,
        source,
        metadata: {},
        outputs: [],
        execution_count: null,
      })),
      metadata: { kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" } },
      nbformat: 4,
      nbformat_minor: 5,
    } as never);
    [server, browser] = await Promise.all([startJupyterLab(root), openBrowser(executable!)]);
    page = browser.page;
    page.setDefaultTimeout(120_000);
    await page.goto(server.url(`${folder}/input.ipynb`));
    await cell(1).waitFor();
    await page.evaluate(async () => {
      const { sessionContext } = window.jupyterapp.shell.currentWidget;
      await sessionContext.ready;
      await sessionContext.session.kernel.info;
    });
  }, 600_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await page.screenshot({ path: join(screenshots, `failed-${task.id}.png`) });
  });
  afterAll(async () => {
    await Promise.allSettled([browser?.stop(), server?.stop()]);
    rmSync(join(root, folder), { recursive: true, force: true });
  }, 60_000);

  const cell = (number: number): Locator =>
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").nth(number - 1);
  const done = (number: number) =>
    cell(number)
      .locator(".jp-InputArea-prompt", { hasText: /\[\d+\]/ })
      .waitFor();
  const result = (number: number) => cell(number).locator(".jp-OutputArea-executeResult pre");
  async function run(number: number): Promise<void> {
    await cell(number).locator(".jp-InputPrompt").click();
    void page.evaluate(() => void window.jupyterapp.commands.execute("notebook:run-cell"));
  }
  const field = (number: number) => cell(number).locator(".jp-Stdin-input");

  test("prompt() shows a field, and returns what is typed", async () => {
    await run(1);
    await field(1).waitFor();
    expect(await cell(1).locator(".jp-Stdin-prompt").innerText()).toMatch(/^name\?/);
    await page.screenshot({ path: join(screenshots, "prompt-open.png") });
    await field(1).fill("Ada");
    await field(1).press("Enter");
    await result(1).filter({ hasText: "Hello, Ada" }).waitFor();
    await page.screenshot({ path: join(screenshots, "prompt-answered.png") });
  });

  test("a hidden answer is not readable", async () => {
    await run(2);
    await field(2).waitFor();
    expect(await field(2).getAttribute("type")).toBe("password");
    await field(2).fill("secret");
    await field(2).press("Enter");
    await result(2).filter({ hasText: "6" }).waitFor();
    expect(await cell(2).locator(".jp-OutputArea").innerText()).not.toContain("secret");
  });

  test("readline asks too", async () => {
    await run(3);
    await field(3).fill("41");
    await field(3).press("Enter");
    await result(3).filter({ hasText: "42" }).waitFor();
  });

  test("the stop button ends a waiting prompt()", async () => {
    await run(4);
    await field(4).waitFor();
    await page.locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]').click();
    await cell(4).locator(".jp-OutputArea-output", { hasText: "KeyboardInterrupt" }).waitFor();
    await page.screenshot({ path: join(screenshots, "prompt-interrupted.png") });
  });

  test("display() draws Markdown, HTML, formulas, tables and pictures, and updates in place", async () => {
    await run(5);
    await done(5);
    await cell(5).locator("strong", { hasText: "bold" }).waitFor();
    await cell(5).locator("#shown").waitFor();
    await cell(5).locator("mjx-container").first().waitFor();
    expect(await cell(5).locator("table tbody tr").count()).toBe(2);
    await expect.poll(() => cell(5).locator('img[src*="green"], circle[fill="green"]').count()).toBe(1);
    await page.screenshot({ path: join(screenshots, "display.png") });
  });

  test("an endless loop of console.log does not freeze the page, and shows its beginning and its end", async () => {
    await run(6);
    const output = cell(6).locator(".jp-OutputArea-output", { hasText: "The end of its text follows" });
    await output.waitFor();
    await page.locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]').click();
    await cell(6).locator(".jp-OutputArea-output", { hasText: "KeyboardInterrupt" }).waitFor();
    const text = await cell(6).locator(".jp-OutputArea").innerText();
    expect(text).toContain("line 0\nline 1\n");
    expect(text).toMatch(/[\d,]+ characters are left out here/);
    await run(7);
    await result(7).filter({ hasText: "alive" }).waitFor();
    await page.screenshot({ path: join(screenshots, "long-output.png") });
  });

  test("nothing threw inside the page", () => {
    expect(browser.errors).toEqual([]);
  });
});
