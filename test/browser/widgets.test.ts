import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ElementHandle, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { withoutOutputs } from "../../src/notebook/nbformat";
import { readNotebook, writeNotebook } from "../../src/notebook/notebook-file";
import { type BrowserPage, findChromium, openBrowser } from "./chromium";
import { type JupyterLabServer, startJupyterLab } from "./jupyterlab-server";
import { kernelAnswers } from "./kernel-answers";

const root = join(__dirname, "../..");
const copies = ".artifacts/widgets"; // within the repository, so that the notebook resolves its imports as usual
const screenshots = join(root, ".artifacts/screenshots");
const executable = findChromium();
if (executable === undefined) {
  console.warn("No Chromium on this machine (CHROME_PATH, chromium, chromium-browser, google-chrome): skipped.");
}

/** The keys that move a slider, in tests that do not depend on its size in the page. */
const bar = { slider: ".noUi-handle", picture: "img.widget-image" };

describe.skipIf(executable === undefined)("widgets in JupyterLab", { timeout: 600_000 }, () => {
  let server: JupyterLabServer;
  let browser: BrowserPage;
  let page: Page;

  beforeAll(async () => {
    mkdirSync(join(root, copies), { recursive: true });
    mkdirSync(screenshots, { recursive: true });
    const notebook = readNotebook(join(root, "test/browser/widgets.ipynb"));
    writeNotebook(join(root, copies, "widgets.ipynb"), withoutOutputs(notebook));
    [server, browser] = await Promise.all([startJupyterLab(root), openBrowser(executable!)]);
    page = browser.page;
    page.setDefaultTimeout(120_000);
    await page.goto(server.url(`${copies}/widgets.ipynb`));
    await ready();
    await command("notebook:run-all-cells");
  }, 600_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await page.screenshot({ path: join(screenshots, `failed-${task.id}.png`) });
  });

  afterAll(async () => {
    await Promise.allSettled([browser?.stop(), server?.stop()]);
    rmSync(join(root, copies), { recursive: true, force: true });
  }, 60_000);

  const cell = (number: number): Locator => page.locator(".jp-Notebook .jp-CodeCell").nth(number - 1);
  const shot = (name: string) => page.screenshot({ path: join(screenshots, `${name}.png`) });

  /** Waits until the notebook is open and its kernel answers. */
  async function ready(): Promise<void> {
    await cell(1).waitFor();
    await kernelAnswers(page);
  }
  async function command(name: string): Promise<void> {
    await page.evaluate((id) => window.jupyterapp.commands.execute(id), name);
  }

  /** The address of the picture that a cell shows; each new picture has another. */
  const pictureOf = async (number: number): Promise<string | null> => {
    const picture = cell(number).locator(bar.picture);
    await picture.waitFor();
    return picture.getAttribute("src");
  };
  /** Moves the slider of a cell with the keyboard and waits for another picture. */
  async function move(number: number, key: string): Promise<void> {
    const before = await pictureOf(number);
    await cell(number).locator(bar.slider).press(key);
    await expect.poll(() => pictureOf(number), { timeout: 120_000 }).not.toBe(before);
  }
  const readout = (number: number) => cell(number).locator(".widget-readout").innerText();

  test("a slider moves the picture, in the same element of the page", async () => {
    await cell(2).locator(bar.picture).waitFor();
    expect(await cell(2).locator(".widget-label").allInnerTexts()).toEqual(["height", "name of the first bar"]);
    const element = (await cell(2).locator(bar.picture).elementHandle()) as ElementHandle<HTMLImageElement>;
    await move(2, "ArrowRight");
    expect(await readout(2)).toBe("3.1");
    expect(await element.evaluate((picture) => picture.isConnected)).toBe(true);
    const widths = await element.evaluate((picture: HTMLImageElement) => [picture.width, picture.naturalWidth]);
    expect(widths[0]).toBe(widths[1]);
    expect(await cell(2).locator(bar.picture).getAttribute("title")).toContain("first 3.1");
  });

  test("a menu moves the picture", async () => {
    const before = await pictureOf(2);
    await cell(2).locator("select").selectOption("second");
    await expect.poll(() => pictureOf(2)).not.toBe(before);
    expect(await cell(2).locator(bar.picture).getAttribute("title")).toContain("second");
  });

  test("an error appears in place, and goes with the next move", async () => {
    await cell(2).locator(bar.slider).press("End");
    const error = cell(2).locator("pre", { hasText: "RangeError: a bar of 10 is too high" });
    await error.waitFor();
    await shot("widgets-error");
    await cell(2).locator(bar.slider).press("Home");
    await error.waitFor({ state: "detached" });
  });

  test("a point is dragged in the plane", async () => {
    const canvas = cell(3).locator("canvas");
    await canvas.waitFor();
    await canvas.scrollIntoViewIfNeeded();
    const before = await pictureOf(3);
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.6);
    await page.mouse.down();
    for (let i = 1; i <= 10; i++) {
      await page.mouse.move(box.x + box.width * (0.6 - i * 0.03), box.y + box.height * (0.6 - i * 0.03));
    }
    await page.mouse.up();
    await expect.poll(() => pictureOf(3)).not.toBe(before);
    const place = async () => (await canvas.getAttribute("aria-label"))!.match(/-?\d+\.\d+/g)!.map(Number);
    const [x, y] = await place();
    expect(x).toBeLessThan(0);
    expect(y).toBeGreaterThan(0);
    await canvas.press("ArrowRight");
    expect((await place())[0]).toBeGreaterThan(x!);
  });

  test("a front end of one's own has a state in both directions", async () => {
    const button = cell(4).locator("button.count");
    await button.click();
    await button.filter({ hasText: "clicked 1 times" }).waitFor();
    await button.click();
    await button.filter({ hasText: "clicked 10 times" }).waitFor();
    await shot("widgets");
  });

  test("everything works on after a reload of the page", async () => {
    await move(2, "ArrowRight");
    const value = await readout(2);
    await command("docmanager:save");
    await page.reload();
    await ready();
    await pictureOf(2);
    expect(await readout(2)).toBe(value);
    await move(2, "PageUp");
    expect(await readout(2)).not.toBe(value);
    await cell(4).locator("button.count", { hasText: "clicked 10 times" }).click();
    await cell(4).locator("button.count", { hasText: "clicked 11 times" }).waitFor();
    await cell(3).locator("canvas").waitFor();
    await shot("widgets-reloaded");
  });

  test("a cell that runs again has new widgets, and the old ones are gone", async () => {
    await cell(2).locator(".jp-InputPrompt").click();
    await command("notebook:run-cell");
    await expect.poll(() => readout(2)).toBe("3.0");
    await move(2, "ArrowRight");
    expect(await cell(2).locator(".noUi-handle").count()).toBe(1);
  });

  test("nothing threw inside the page", () => {
    expect(browser.errors).toEqual([]);
  });
});
