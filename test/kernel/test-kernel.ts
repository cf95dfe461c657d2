import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { WireMessage } from "../../src/jupyter/wire-message";
import { type ExecuteOptions, type KernelClient, startKernel } from "../../src/notebook/kernel-client";

/** The repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The kernel's command, as the kernelspec has it. */
export const command = [process.execPath, join(root, "dist/kernel/main.js"), "--config-path", "{connection_file}"];

/** What a cell has come to. */
export interface Outcome {
  status: unknown;
  /** Content of the reply. */
  reply: Record<string, unknown>;
  /** Outputs in their order, without status and input messages. */
  outputs: { type: string; content: Record<string, unknown> }[];
  stdout: string;
  stderr: string;
  /** Data of the `execute_result` by MIME type; empty without one. */
  data: Record<string, unknown>;
  /** Its plain text. */
  text: unknown;
  /** Name and message of the `error` message. */
  error: string | undefined;
  /** The lines of its traceback, without colours. */
  traceback: string[];
}

/** Starts the compiled kernel in a folder; defaults to the folder of the notebooks. `env` is added to its environment. */
export async function startTestKernel(
  cwd = join(root, "notebooks"),
  env: Record<string, string> = {},
): Promise<KernelClient> {
  if (!existsSync(join(root, "dist/kernel/main.js"))) throw new Error("compile the kernel first: npm run build");
  return startKernel({ command, cwd, env, interruptMode: "message" }); // as in the kernelspec
}

/** Runs a cell to its end. */
export async function run(kernel: KernelClient, code: string, options: ExecuteOptions = {}): Promise<Outcome> {
  const { reply, messages } = await kernel.execute(code, options).done;
  return outcome(reply, messages);
}

/** Sorts the messages of a cell. */
export function outcome(reply: WireMessage, messages: readonly WireMessage[]): Outcome {
  const outputs = messages
    .map(({ header, content }) => ({ type: header.msg_type, content }))
    .filter(({ type }) => type !== "status" && type !== "execute_input");
  const text = (name: string) =>
    outputs
      .filter(({ type, content }) => type === "stream" && content.name === name)
      .map(({ content }) => content.text)
      .join("");
  const data = (outputs.find(({ type }) => type === "execute_result")?.content.data ?? {}) as Record<string, unknown>;
  const error = outputs.find(({ type }) => type === "error")?.content;
  return {
    status: reply.content.status,
    reply: reply.content,
    outputs,
    stdout: text("stdout"),
    stderr: text("stderr"),
    data,
    text: data["text/plain"],
    error: error && `${error.ename}: ${error.evalue}`,
    traceback: ((error?.traceback ?? []) as string[]).flatMap((line) => stripVTControlCharacters(line).split("\n")),
  };
}

/** A pause, in milliseconds. */
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `condition` holds. The limit guards against a test that hangs, and is far beyond what a slow machine takes. */
export async function until(condition: () => boolean, what: string, seconds = 120): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await pause(20);
  }
}

/** Whether a process with this number runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
