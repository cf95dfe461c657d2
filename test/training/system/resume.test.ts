import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

/** What `resume-worker.mjs` prints. */
interface Outcome {
  variables: number[][];
  rows: Record<string, number | string>[];
  stopReason: string;
  steps: number;
  bestEpoch: number;
}

const folder = mkdtempSync(path.join(tmpdir(), "elbo-lab-resume-"));
afterAll(() => rmSync(folder, { recursive: true }));
const worker = path.join(import.meta.dirname, "resume-worker.mjs");

beforeAll(() => {
  if (!existsSync(path.resolve(import.meta.dirname, "../../../dist/index.js"))) {
    throw new Error("compile the library first: npm run build");
  }
});

/** A fit in a new process: of 4 steps an epoch, with shuffling, dropout, schedules, clipping, validation and patience. */
async function inNewProcess(options: object): Promise<Outcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [worker, JSON.stringify(options)]);
  return JSON.parse(stdout);
}

/** Runs parts of a fit in processes of their own, each going on where the one before ended. */
async function inParts(optimizer: string, parts: object[]): Promise<Outcome[]> {
  const checkpoint = path.join(folder, `${optimizer}-${parts.length}.ckpt`);
  const outcomes: Outcome[] = [];
  for (const part of parts) outcomes.push(await inNewProcess({ optimizer, checkpoint, resume: true, ...part }));
  return outcomes;
}

const optimizers = ["sgd", "momentum", "nesterov", "adagrad", "adadelta", "adam", "adamax", "rmsprop"];

test.each(
  optimizers,
)("%s: 6 epochs are 3 epochs, a checkpoint, and 3 epochs in a new process, bit by bit", async (optimizer) => {
  const [whole, parts] = await Promise.all([
    inNewProcess({ optimizer, epochs: 6 }),
    inParts(optimizer, [{ epochs: 3 }, { epochs: 6 }]),
  ]);
  expect(whole.variables.flat().every(Number.isFinite)).toBe(true);
  expect(whole.rows.length).toBeGreaterThan(3);
  expect(parts[0]!.rows).toEqual(whole.rows.slice(0, 3));
  expect(parts[1]).toEqual(whole);
});

test("an interrupt in the middle of an epoch, resumed in a new process, changes nothing", async () => {
  const parts = [{ interruptAt: 6 }, { interruptAt: 7 }, { interruptAt: 14 }, {}].map((part) => ({
    epochs: 5,
    ...part,
  }));
  const [whole, outcomes] = await Promise.all([inNewProcess({ optimizer: "adam", epochs: 5 }), inParts("adam", parts)]);
  expect(outcomes.map(({ stopReason }) => stopReason).slice(0, 3)).toEqual(Array(3).fill("interrupted"));
  expect(outcomes.map(({ steps }) => steps).slice(0, 3)).toEqual([7, 8, 15]);
  expect(outcomes.at(-1)).toEqual(whole);
});

test("early stopping counts the epochs before a resume", async () => {
  const options = { patience: 2, learningRate: undefined };
  const whole = await inNewProcess({ optimizer: "rmsprop", epochs: 40, ...options });
  expect(whole.stopReason).toBe("early stopping");
  const stopped = whole.rows.length;
  const outcomes = await inParts(
    "rmsprop",
    [{ epochs: stopped - 1 }, { epochs: 40 }, { epochs: 40 }].map((part) => ({ ...part, ...options })),
  );
  expect(outcomes[1]).toEqual(whole);
  expect(outcomes[2]).toEqual(whole);
});
