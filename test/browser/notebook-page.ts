import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { writeNotebook } from "../../src/notebook/notebook-file";
import { openBrowser } from "./chromium";
import { startJupyterLab } from "./jupyterlab-server";
import { kernelAnswers } from "./kernel-answers";

const root = join(__dirname, "../..");
const screenshots = join(root, ".artifacts/screenshots");

/** A notebook in a JupyterLab of its own. */
export interface NotebookPage {
  page: Page;
  /** What went wrong inside the page. */
  errors: string[];
  /** The n-th cell, counted from 1. */
  cell(number: number): Locator;
  /** The output areas of a cell. */
  outputs(number: number): Locator;
  /** Starts to run a cell, and does not wait for its end. */
  run(number: number): Promise<void>;
  /** Presses the stop button. */
  stopCell(): Promise<void>;
  save(): Promise<void>;
  /** Loads the page again, as the browser's button does, and waits for the kernel. */
  reload(): Promise<void>;
  screenshot(name: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Opens JupyterLab with a notebook of these code cells, and waits until its kernel is ready. */
export async function openNotebookPage(
  executable: string,
  name: string,
  cells: readonly string[],
): Promise<NotebookPage> {
  const folder = `.artifacts/browser-${name}`; // within the repository, so that the notebook resolves its imports
  for (const path of [join(root, folder), screenshots]) mkdirSync(path, { recursive: true });
  writeNotebook(join(root, folder, `${name}.ipynb`), {
    cells: cells.map((source, i) => ({
      ...{ cell_type: "code", id: `cell-${i}`, source, metadata: {}, outputs: [], execution_count: null },
    })),
    metadata: { kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" } },
    ...{ nbformat: 4, nbformat_minor: 5 },
  } as Parameters<typeof writeNotebook>[1]);
  const [server, browser] = await Promise.all([startJupyterLab(root), openBrowser(executable)]);
  const { page, errors } = browser;
  page.setDefaultTimeout(120_000);
  const url = server.url(`${folder}/${name}.ipynb`);

  const cell = (number: number) => page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").nth(number - 1);
  async function go(address: string): Promise<void> {
    await page.goto(address);
    await cell(1).waitFor();
    await kernelAnswers(page);
  }
  await go(url);
  return {
    page,
    errors,
    cell,
    outputs: (number) => cell(number).locator(".jp-OutputArea-output"),
    async run(number) {
      await cell(number).locator(".jp-InputPrompt").click();
      void page.evaluate(() => void window.jupyterapp.commands.execute("notebook:run-cell"));
    },
    stopCell: () => page.locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]').click(),
    save: () => page.evaluate(async () => void (await window.jupyterapp.commands.execute("docmanager:save"))),
    reload: () => go(url.replace("?reset&", "?")),
    screenshot: (file) => page.screenshot({ path: join(screenshots, `${file}.png`) }),
    async stop() {
      await Promise.allSettled([browser.stop(), server.stop()]);
      rmSync(join(root, folder), { recursive: true, force: true });
    },
  };
}
