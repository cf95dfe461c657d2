import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FailureKind } from "../../src/notebook/failures";
import { startKernel } from "../../src/notebook/kernel-client";
import { writeNotebook } from "../../src/notebook/notebook-file";
import { type RunOptions, runNotebook } from "../../src/notebook/run-notebook";

const command = [process.execPath, join(__dirname, "lying-kernel.mjs"), "{connection_file}"];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "elbo-lab-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the runner says of a notebook of these cells on the lying kernel. */
async function failuresOf(sources: string[], options: RunOptions = {}) {
  const path = join(folder, "lies.ipynb");
  const cells = sources.map((source, index) => {
    return { cell_type: "code" as const, id: `c${index}`, metadata: {}, source, execution_count: null, outputs: [] };
  });
  writeNotebook(path, { nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
  const run = await runNotebook(path, { command, ...options });
  return run.failures;
}

const lies: { code: string; kinds: FailureKind[]; cell?: number; message: string; options?: RunOptions }[] = [
  { code: "abort", kinds: ["reply"], cell: 2, message: 'was not run: the kernel replied "aborted"' },
  { code: "skip a count", kinds: ["count"], cell: 2, message: "has execution count 3 where 2 belongs" },
  {
    code: "say nothing",
    kinds: ["time", "no-reply"],
    cell: 2,
    message: "was running when the notebook's 5 s were over",
    options: { timeoutSeconds: 5, graceSeconds: 0.5 },
  },
  {
    code: "never be idle",
    kinds: ["no-reply"],
    cell: 2,
    message: "was answered, but the idle status never came",
    options: { idleSeconds: 5 },
  },
  {
    code: "fail in silence",
    kinds: ["reply"],
    cell: 2,
    message: 'the kernel replied "error" and sent no error message',
  },
  { code: "forge", kinds: ["kernel"], message: "sent a message whose HMAC signature is wrong" },
];

for (const { code, kinds, cell, message, options } of lies) {
  test(`a kernel that is told to ${code} does not pass for a good one`, async () => {
    const failures = await failuresOf(["be good", code, "be good"], options);
    expect(failures.map(({ kind }) => kind)).toEqual(kinds);
    expect(failures[0]).toEqual({ kind: kinds[0], ...(cell && { cell }), message });
  });
}

test("a kernel that keeps to the protocol passes", async () => {
  expect(await failuresOf(["be good", "be good"])).toEqual([]);
});

test("a kernel that does not end when asked is killed, and that is a failure", async () => {
  const failures = await failuresOf(["be deaf to shutdown"], { graceSeconds: 0.5 });
  expect(failures).toEqual([{ kind: "kernel", message: "did not end when it was asked to" }]);
});

test("a kernel that ends before it is ready is an error that shows what it wrote", async () => {
  const broken = [process.execPath, "-e", "console.error('no such thing'); process.exit(4)"];
  await expect(startKernel({ command: broken, cwd: folder })).rejects.toThrow(
    /the kernel is gone: it exited with code 4\nno such thing/,
  );
});

test("a kernel whose program does not exist is an error that names it", async () => {
  const missing = startKernel({ command: [join(folder, "missing")], cwd: folder });
  await expect(missing).rejects.toThrow(/the kernel could not be started \(.*missing\)/);
});

test("a kernel that never answers is given up and killed", async () => {
  const mute = [process.execPath, "-e", "setInterval(() => {}, 1000)"];
  await expect(startKernel({ command: mute, cwd: folder, startTimeoutSeconds: 0.5 })).rejects.toThrow(
    "the kernel did not answer within 0.5 s",
  );
});
