import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { command, isAlive, root, run, startTestKernel, until } from "./test-kernel";

const kernels: KernelClient[] = [];
const start = async () => {
  const kernel = await startTestKernel();
  kernels.push(kernel);
  return kernel;
};
afterEach(async () => {
  for (const kernel of kernels.splice(0)) await kernel.kill();
});

/** Starts a child of the kernel that would run for long; gives its number. */
async function startChild(kernel: KernelClient): Promise<number> {
  const { text } = await run(kernel, `import { spawn } from "node:child_process"; spawn("sleep", ["300"]).pid`);
  return Number(text);
}

describe("shutdown_request", () => {
  it.each([false, true])("is answered (restart: %s) and ends the kernel with its children", async (restart) => {
    const kernel = await start();
    const child = await startChild(kernel);
    expect(isAlive(child)).toBe(true);
    const reply = await kernel.request("shutdown_request", { restart }, { channel: "control" });
    expect(reply.content).toEqual({ status: "ok", restart });
    expect(await kernel.process.exited).toBe("it exited with code 0");
    await until(() => !isAlive(child), "the child ends");
  });

  it("on the shell channel as well", async () => {
    const kernel = await start();
    expect((await kernel.request("shutdown_request", { restart: false })).content.status).toBe("ok");
    expect(await kernel.process.exited).toBe("it exited with code 0");
  });

  it("ends a kernel in an endless loop", async () => {
    const kernel = await start();
    kernel.execute(`while (true);`).done.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const reply = await kernel.request("shutdown_request", { restart: false }, { channel: "control" });
    expect(reply.content.status).toBe("ok");
    expect(await kernel.process.exited).toMatch(/SIGKILL/);
  });
});

describe("a server that is killed", () => {
  it.each([
    ["an idle kernel", ""],
    ["a kernel in an endless loop", "while (true);"],
  ])("does not leave %s behind, nor a child of it", async (_, code) => {
    // This stands for the server: it starts a kernel, tells the number of its process, and runs a cell.
    const server = spawn(
      process.execPath,
      [
        "-e",
        `const { startKernel } = require(${JSON.stringify(join(root, "dist/notebook/kernel-client.js"))});
         startKernel({ command: ${JSON.stringify(command)}, cwd: process.cwd() }).then(async (kernel) => {
           const cell = await kernel.execute('import { spawn } from "node:child_process"; console.log(spawn("sleep", ["300"]).pid)').done;
           const child = cell.messages.find(({ header }) => header.msg_type === "stream").content.text.trim();
           kernel.execute(${JSON.stringify(code)}).done.catch(() => undefined);
           setTimeout(() => console.log(kernel.process.pid + " " + child), 300);
         });`,
      ],
      { cwd: join(root, "notebooks"), stdio: ["ignore", "pipe", "inherit"] },
    );
    let told = "";
    server.stdout.on("data", (text) => {
      told += text;
    });
    await until(() => told.includes("\n"), "the server tells the numbers");
    const [kernel = 0, child = 0] = told.trim().split(" ").map(Number);
    try {
      expect(isAlive(kernel) && isAlive(child)).toBe(true);
      server.kill("SIGKILL");
      await until(() => !isAlive(kernel) && !isAlive(child), "the kernel and its child end");
    } finally {
      for (const pid of [kernel, child]) if (isAlive(pid)) process.kill(pid, "SIGKILL");
    }
  });
});

describe("the start", () => {
  const main = join(root, "dist/kernel/main.js");
  const startIn = (folder: string, ...args: string[]) =>
    spawnSync(process.execPath, [join(folder, "dist/kernel/main.js"), ...args], { encoding: "utf8", timeout: 120_000 });

  it("without a connection file says how to start it", () => {
    const { status, stderr } = spawnSync(process.execPath, [main], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^usage: node dist\/kernel\/main\.js --config-path <connection file>/);
  });

  it("with a bad connection file names it", () => {
    const missing = startIn(root, "--config-path", "/nowhere/connection.json");
    expect(missing.status).toBe(1);
    expect(missing.stderr).toMatch(/cannot read the connection file \/nowhere\/connection\.json/);
    const folder = mkdtempSync(join(tmpdir(), "elbo-lab-connection-"));
    const file = join(folder, "connection.json");
    writeFileSync(file, `{ "ip": "127.0.0.1", "transport": "tcp", "key": "" }`);
    expect(startIn(root, "--config-path", file).stderr).toMatch(/lacks shell_port, control_port/);
    rmSync(folder, { recursive: true });
  });

  it("with another tslab than the one that the layer was made for names both versions", () => {
    const folder = mkdtempSync(join(tmpdir(), "elbo-lab-version-"));
    cpSync(join(root, "dist/kernel"), join(folder, "dist/kernel"), { recursive: true });
    for (const room of ["display", "jupyter", "runtime"]) {
      cpSync(join(root, "dist", room), join(folder, "dist", room), { recursive: true });
    }
    mkdirSync(join(folder, "node_modules/tslab"), { recursive: true });
    symlinkSync(join(root, "node_modules/zeromq"), join(folder, "node_modules/zeromq"));
    writeFileSync(join(folder, "node_modules/tslab/package.json"), `{ "name": "tslab", "version": "1.0.23" }`);
    const { status, stderr } = startIn(folder, "--config-path", "x");
    rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    expect(stderr).toMatch(/the kernel needs tslab 1\.0\.22, but 1\.0\.23 is installed: run "npm install"/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("sets TensorFlow's log level before any cell runs", async () => {
    const kernel = await start();
    expect((await run(kernel, `process.env.TF_CPP_MIN_LOG_LEVEL`)).text).toBe("'3'");
  });
});
