import { fork } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { rng } from "../../../src/runtime/rng";
import { tf } from "../../../src/runtime/tensorflow";
import { loadCheckpoint } from "../../../src/training/checkpoint";

const folder = mkdtempSync(path.join(tmpdir(), "elbo-lab-kill-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, "run.ckpt");
const worker = path.join(import.meta.dirname, "kill-worker.mjs");

const kills = 200;

/** Lets a worker save checkpoints from number `first` on, and kills it when it has saved `1 + more` of them. */
async function killAWriter(first: number, more: number): Promise<void> {
  const child = fork(worker, [file, String(first)], { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("exit", (_, signal) => resolve(signal)));
  let complaint = "";
  child.stderr?.on("data", (text) => {
    complaint += text;
  });
  const milliseconds = await Promise.race([new Promise((resolve) => child.once("message", resolve)), ended]);
  await new Promise((resolve) => setTimeout(resolve, more * Number(milliseconds)));
  child.kill("SIGKILL");
  expect(await ended, complaint).toBe("SIGKILL");
}

test(`a checkpoint can be loaded after each of ${kills} kills during its writing`, async () => {
  const lives = tf.tidy(() => [...rng(0).uniform([kills]).mul(4).dataSync()]);
  const variables = [400, 300, 200].map((rows) => tf.variable(tf.zeros([rows, 800])));
  let last = -1;
  let interruptedWrites = 0;
  for (const life of lives) {
    await killAWriter(last + 1, life);
    const partials = readdirSync(folder).filter((name) => name.includes(".partial-"));
    interruptedWrites += partials.length > 0 ? 1 : 0;
    // The next writer has removed what the one before left.
    expect(partials.length).toBeLessThanOrEqual(2);
    const loaded = loadCheckpoint(file, { variables, optimizers: [], conditions: { seed: 0 } });
    const n = loaded!.state.step;
    expect(n).toBeGreaterThan(last);
    for (const variable of variables) {
      const [least, greatest] = tf.tidy(() => [variable.min().dataSync()[0], variable.max().dataSync()[0]]);
      expect([least, greatest]).toEqual([n, n]);
    }
    last = n;
  }
  // The kills did fall into the writing of a file.
  expect(interruptedWrites).toBeGreaterThan(kills / 10);
}, 1_800_000);
