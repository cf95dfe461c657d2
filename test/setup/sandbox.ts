import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

export const root = path.resolve(import.meta.dirname, "../..");

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
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

export interface Finished {
  status: number | null;
  output: string;
}

/** Runs Node and waits for its end; `during` may act on the process meanwhile. */
export function runNode(
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; node?: string; during?: (kill: () => void) => void } = {},
): Promise<Finished> {
  const { cwd, env = process.env, node = process.execPath, during } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
    during?.(() => child.kill("SIGKILL"));
  });
}
