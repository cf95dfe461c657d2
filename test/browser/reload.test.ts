import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "./chromium";
import { type NotebookPage, openNotebookPage } from "./notebook-page";

const executable = findChromium();

/** Training that only an interrupt ends. */
const endless = "{ epochs: 1_000_000, batchSize: 100, xla: false }";
const cells = [
  `import { fit, lastFit, rng, tf, vae } from "elbo-lab";
const data = tf.tidy(() => rng(1).bernoulli(tf.fill([2000, 64], 0.5)));
const model = vae({ dataShape: 64, latentDim: 2, hidden: [64] });`,
  `const history = await fit(model, data, ${endless});
history.stopReason`,
  `const background = fit(model, data, ${endless});
"training"`,
  `lastFit().stopReason`,
  `lastFit().stopReason`,
];

/** README, "After a reload", is about what this file shows. */
describe.skipIf(executable === undefined)(
  "a page that is loaded again while a cell trains",
  { timeout: 600_000 },
  () => {
    let lab: NotebookPage;
    beforeAll(async () => {
      lab = await openNotebookPage(executable!, "reload", cells);
      await lab.run(1);
    }, 600_000);
    afterEach(async ({ task }) => {
      if (task.result?.state === "fail") await lab.screenshot(`failed-${task.id}`);
    });
    afterAll(() => lab?.stop(), 60_000);

    const line = (number: number) => lab.outputs(number).filter({ hasText: /^\s*fit · / });
    const result = (number: number, text: string) =>
      lab.cell(number).locator(".jp-OutputArea-executeResult pre", { hasText: text });
    const epoch = async (number: number) => Number(/epoch (\d+)/.exec(await line(number).innerText())?.[1]);

    test("JupyterLab no longer shows its output, and lastFit() shows it after the stop button", async () => {
      await lab.run(2);
      await line(2).waitFor();
      await lab.save();
      await lab.reload();
      expect(await lab.cell(2).locator(".jp-InputArea-prompt").innerText()).toBe("[ ]:");
      const before = await line(2).innerText();
      await lab.run(4); // waits for the end of the training
      await lab.stopCell();
      // The stop button also took back the cell that waited.
      await lab.run(5);
      await result(5, "'interrupted'").waitFor();
      expect(await line(5).innerText()).toMatch(/^\s*fit · interrupted/);
      expect(await line(2).innerText()).toBe(before);
    });

    test("lastFit() shows the present state of a training in the background, and goes on updating it", async () => {
      await lab.run(3);
      await line(3).waitFor();
      await lab.save();
      await lab.reload();
      await lab.run(4);
      await result(4, "'running'").waitFor();
      const seen = await epoch(4);
      await expect.poll(() => epoch(4), { timeout: 120_000 }).toBeGreaterThan(seen);
      await lab.screenshot("reload");
    });

    test("nothing threw inside the page", () => expect(lab.errors).toEqual([]));
  },
);
