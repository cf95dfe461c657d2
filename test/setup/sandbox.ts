import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { npm } from "../../bin/setup/packages.mjs";
import { run } from "../../bin/setup/process.mjs";

export const root = path.resolve(import.meta.dirname, "../..");

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A folder with the set-up command and the files it reads, and nothing installed: what a clone looks like to it. */
export function bareCheckout(): string {
  const folder = temporaryFolder();
  for (const name of ["bin", "package.json", "package-lock.json", ".npmrc", "tsconfig.json"]) {
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  return folder;
}

/**
 * The folder with the packages of `test/setup/NAME/package.json`, installed on demand, with their hashes checked.
 *
 * @throws Error with npm's output when they cannot be installed
 */
export async function installed(name: "nodes" | "tools"): Promise<string> {
  const folder = path.join(root, ".cache", name);
  const source = path.join(import.meta.dirname, name);
  const lock = readFileSync(path.join(source, "package-lock.json"), "utf8");
  const copied = path.join(folder, "package-lock.json");
  const done = path.join(folder, "node_modules/.package-lock.json");
  if (existsSync(done) && existsSync(copied) && readFileSync(copied, "utf8") === lock) return folder;
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) cpSync(path.join(source, file), path.join(folder, file));
  const [command, ...args] = npm() as [string, ...string[]];
  const { status, output } = await run(command, [...args, "ci", "--ignore-scripts"], { cwd: folder });
  if (status !== 0) throw new Error(`npm ci failed in ${folder}:\n${output}`);
  return folder;
}

export interface Finished {
  status: number | null;
  output: string;
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  node?: string;
  /** May act on the process while it runs. */
  during?: (kill: (signal?: NodeJS.Signals) => void, output: () => string) => void;
}

/** Runs Node and waits for its end. */
export function runNode(args: string[], options: RunOptions = {}): Promise<Finished> {
  const { cwd, env = process.env, node = process.execPath, during } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
    during?.(
      (signal = "SIGKILL") => child.kill(signal),
      () => output,
    );
  });
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Whether a process is there and has not merely left its entry to be read. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const state = `/proc/${pid}/stat`;
  return !existsSync(state) || !/\) [ZX] /.test(readFileSync(state, "utf8"));
}
