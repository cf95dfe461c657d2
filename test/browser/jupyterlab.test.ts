import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { withoutOutputs } from "../../src/notebook/nbformat";
import { readNotebook, writeNotebook } from "../../src/notebook/notebook-file";
import { type BrowserPage, findChromium, openBrowser } from "./chromium";
import { type JupyterLabServer, startJupyterLab } from "./jupyterlab-server";
import { kernelAnswers } from "./kernel-answers";

const root = join(__dirname, "../..");
const copies = ".artifacts/browser"; // within the repository, so that notebooks resolve their imports as usual
const screenshots = join(root, ".artifacts/screenshots");
const firstNotebook = readdirSync(join(root, "notebooks")).find((name) => /^00-.*\.ipynb$/.test(name));

const executable = findChromium();
if (executable === undefined) {
  console.warn("No Chromium on this machine (CHROME_PATH, chromium, chromium-browser, google-chrome): skipped.");
}

/** The notebook in view. */
const panel = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook";

describe.skipIf(executable === undefined)("JupyterLab in a browser", { timeout: 1_200_000 }, () => {
  let server: JupyterLabServer;
  let browser: BrowserPage;
  let page: Page;

  beforeAll(async () => {
    mkdirSync(join(root, copies), { recursive: true });
    mkdirSync(screenshots, { recursive: true });
    [server, browser] = await Promise.all([startJupyterLab(root), openBrowser(executable!)]);
    page = browser.page;
    page.setDefaultTimeout(180_000);
    await open("test/browser/fixture.ipynb");
    run("notebook:run-all-cells");
  }, 600_000);

  // What the page looked like when a test failed says more than the name of what did not come.
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await page.screenshot({ path: join(screenshots, `failed-${task.id}.png`) });
  });

  afterAll(async () => {
    await Promise.allSettled([browser?.stop(), server?.stop()]);
    rmSync(join(root, copies), { recursive: true, force: true });
  }, 60_000);

  /** Opens a copy of a notebook, without outputs, and waits until its kernel is ready. */
  async function open(from: string): Promise<void> {
    const copy = `${copies}/${basename(from)}`;
    const notebook = readNotebook(join(root, from));
    writeNotebook(join(root, copy), withoutOutputs(notebook));
    await page.goto(server.url(copy));
    await codeCells().first().waitFor();
    await kernelAnswers(page);
  }

  /** Starts to run cells, and does not wait for their end. */
  function run(command: "notebook:run-all-cells" | "notebook:run-all-below"): void {
    void page.evaluate((name) => void window.jupyterapp.commands.execute(name), command);
  }

  const codeCells = (): Locator => page.locator(`${panel} .jp-CodeCell`);
  /** The n-th code cell of the notebook, counted from 1. */
  const cell = (number: number): Locator => codeCells().nth(number - 1);
  const outputs = (number: number): Locator => cell(number).locator(".jp-OutputArea-output");
  /** Waits until the cell has an execution count. */
  const done = (number: number) =>
    cell(number)
      .locator(".jp-InputArea-prompt", { hasText: /\[\d+\]/ })
      .waitFor();

  async function inBothThemes(name: string): Promise<void> {
    for (const [theme, file] of [
      ["JupyterLab Light", `${name}-light.png`],
      ["JupyterLab Dark", `${name}-dark.png`],
    ] as const) {
      await page.evaluate((theme) => window.jupyterapp.commands.execute("apputils:change-theme", { theme }), theme);
      await page.locator(`body[data-jp-theme-name="${theme}"]`).waitFor({ state: "attached" });
      await page.waitForTimeout(300); // color transitions
      await page.screenshot({ path: join(screenshots, file) });
    }
  }

  test("draws a Vega-Lite chart as a chart, not as its picture", async () => {
    await done(2);
    const chart = outputs(2).locator(".vega-embed canvas, .vega-embed svg").first();
    await chart.waitFor();
    expect((await chart.boundingBox())!.width).toBeGreaterThan(100);
    expect(await outputs(2).locator("img").count()).toBe(0);
  });

  test("draws a Plotly figure with the installed extension, once the mouse enters its picture", async () => {
    await done(3);
    // The extension shows the PNG of a bundle that has one, and loads Plotly when somebody points at it.
    await outputs(3).locator("img.plot-img").dispatchEvent("mouseenter");
    const bars = outputs(3).locator(".plot-container .bars .point");
    await bars.nth(2).waitFor();
    expect(await bars.count()).toBe(3);
  });

  test("shows a PNG picture in the size that its metadata gives", async () => {
    await done(4);
    const image = outputs(4).locator("img");
    await image.waitFor();
    expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(64);
    expect(await image.boundingBox()).toMatchObject({ width: 128, height: 64 });
  });

  test("updates progress in place and collapses it to one line", async () => {
    await done(5);
    const progress = outputs(5);
    expect(await progress.count()).toBe(1);
    await progress.locator("pre", { hasText: /^all 40 steps done$/ }).waitFor();
  });

  test("interrupts a training cell from the toolbar, which stops cleanly, and the kernel goes on", async () => {
    const training = outputs(6).locator("pre");
    await training.filter({ hasText: /training, step \d+/ }).waitFor();
    const step = async () => Number(/step (\d+)/.exec(await training.innerText())?.[1]);
    const before = await step();
    await expect.poll(step, { timeout: 180_000 }).toBeGreaterThan(before); // it runs, and its display is updated in place
    expect(await outputs(6).count()).toBe(1);
    expect(await cell(6).locator(".jp-InputArea-prompt").innerText()).toBe("[*]:");

    await page.locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]').click();
    await training.filter({ hasText: /^training stopped cleanly$/ }).waitFor();
    await done(6);
    expect(await outputs(7).count()).toBe(0); // an interrupt also takes back what was queued behind

    await cell(7).locator(".jp-InputPrompt").click();
    run("notebook:run-all-below");
    await outputs(8).locator("pre", { hasText: /^42$/ }).waitFor();
  });

  test("shows an error as an error, with its name and its line, and goes on", async () => {
    const error = outputs(7).and(page.locator('[data-mime-type="application/vnd.jupyter.stderr"]'));
    await error.waitFor();
    const text = await error.innerText();
    expect(text).toContain("RangeError: expected 3 latents, but got 2");
    expect(text).toMatch(/cell\[\d+\]:2/);
    await inBothThemes("fixture");
  });

  test.skipIf(firstNotebook === undefined)("runs the course's first notebook from top to bottom", async () => {
    await open(`notebooks/${firstNotebook}`);
    run("notebook:run-all-cells");
    await page.waitForFunction(
      () =>
        window.jupyterapp.shell.currentWidget.content.widgets
          .filter(({ model }) => model.type === "code")
          .every(({ model }) => model.executionCount !== null && model.executionState === "idle"),
      undefined,
      { timeout: 900_000 },
    );
    const charts = page.locator(`${panel} .vega-embed`);
    expect(await charts.count()).toBeGreaterThan(0);
    expect(await page.locator(`${panel} .jp-OutputArea-output img`).count()).toBeGreaterThan(0);
    await charts
      .nth(Math.floor((await charts.count()) / 2))
      .evaluate((chart) => chart.scrollIntoView({ block: "center" }));
    await inBothThemes("first-notebook");
  });

  test("nothing threw inside the page", () => {
    expect(browser.errors).toEqual([]);
  });
});
