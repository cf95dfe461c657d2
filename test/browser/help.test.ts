import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { apiReferenceIsCurrent, writeApiReference } from "../../bin/setup/api-reference.mjs";
import { findChromium } from "./chromium";
import { type NotebookPage, openNotebookPage } from "./notebook-page";

const executable = findChromium();

const cells = [`import { vae } from "elbo-lab";`, `vae({ dataShape: 4, latentDim: 2 })`];

describe.skipIf(executable === undefined)("help in JupyterLab", { timeout: 600_000 }, () => {
  let lab: NotebookPage;
  beforeAll(async () => {
    await writeApiReference({ isNeeded: () => !apiReferenceIsCurrent() });
    lab = await openNotebookPage(executable!, "help", cells);
    await lab.run(1);
    await lab.cell(1).locator(".jp-InputArea-prompt", { hasText: "[1]" }).waitFor();
  }, 600_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await lab.screenshot(`failed-${task.id}`);
  });
  afterAll(() => lab?.stop(), 60_000);

  /** Puts the cursor on the name of the function. */
  async function standOnName(): Promise<void> {
    await lab
      .cell(2)
      .locator(".cm-line")
      .first()
      .click({ position: { x: 12, y: 8 } });
  }

  /** Clicks on a link, and waits until the page has its style sheet and its scripts. */
  async function follow(selector: string): Promise<Page> {
    const link = lab.page.locator(selector, { hasText: "API reference" });
    await link.waitFor();
    const [opened] = await Promise.all([lab.page.context().waitForEvent("page"), link.click()]);
    opened.setDefaultTimeout(120_000);
    await opened.locator("h1", { hasText: "Function vae" }).waitFor();
    await opened.locator(".tsd-navigation a", { hasText: "betaVae" }).first().waitFor({ state: "attached" });
    return opened;
  }

  test("the tooltip has a link to the page of the function, which is readable", async () => {
    await standOnName();
    await lab.page.keyboard.press("Shift+Tab");
    await lab.page.locator(".jp-Tooltip").waitFor();
    await lab.screenshot("help-tooltip");
    const opened = await follow(".jp-Tooltip a");
    expect(new URL(opened.url()).pathname).toBe("/static/api/functions/vae.html");
    expect(await opened.evaluate(() => getComputedStyle(document.body).getPropertyValue("--color-text"))).not.toBe("");
    for (const scheme of ["light", "dark"] as const) {
      await opened.emulateMedia({ colorScheme: scheme });
      await opened.screenshot({ path: `.artifacts/screenshots/help-page-${scheme}.png` });
    }
    // The next page is readable too.
    await opened.locator(".tsd-signature a", { hasText: "VaeOptions" }).click();
    await opened.locator("h1", { hasText: "Interface VaeOptions" }).waitFor();
    await opened.close();
  });

  test("so does the contextual help", async () => {
    await lab.page.keyboard.press("Escape");
    await lab.page.evaluate(() => window.jupyterapp.commands.execute("inspector:open"));
    await standOnName();
    await lab.page.locator(".jp-Inspector a", { hasText: "API reference" }).waitFor();
    await lab.screenshot("help-inspector");
    const opened = await follow(".jp-Inspector a");
    await opened.close();
  });

  test("the help menu opens the first page", async () => {
    await standOnName(); // The menu has the items of the notebook in front.
    await lab.page.locator(".lm-MenuBar-item", { hasText: "Help" }).click();
    await lab.page.locator(".lm-Menu-item", { hasText: "elbo-lab API Reference" }).click();
    const first = lab.page.frameLocator("iframe[src*='static/api/index.html']");
    await first.locator("h2", { hasText: "Distributions" }).waitFor();
    await lab.screenshot("help-menu");
    expect(lab.errors).toEqual([]);
  });
});
