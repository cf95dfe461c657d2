import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A JupyterLab of our own: its settings, data and runtime files are in a temporary folder, its files are the repository's. */
export interface JupyterLabServer {
  /** The address of a file, with the token, in a workspace without other tabs. */
  url(path: string): string;
  /** Ends the server and its kernels, and removes its folder. */
  stop(): Promise<void>;
}

/** Settings that make what is on the page a matter of the notebook alone. */
const settings = {
  // Every cell is in the page, also those that are not in view.
  "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": { windowingMode: "none" },
  "@jupyterlab/apputils-extension/notification.jupyterlab-settings": { fetchNews: "false", checkForUpdates: false },
};

/** Starts JupyterLab from the project's venv on a free port and waits until it answers. */
export async function startJupyterLab(root: string): Promise<JupyterLabServer> {
  const folder = mkdtempSync(join(tmpdir(), "elbo-lab-jupyter-"));
  for (const [name, value] of Object.entries(settings)) {
    const path = join(folder, "config/lab/user-settings", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(value));
  }
  const port = await freePort();
  const token = randomUUID();
  const args = [
    "--no-browser",
    "--expose-app-in-browser",
    "--ip=127.0.0.1",
    `--port=${port}`,
    "--ServerApp.port_retries=0",
    `--ServerApp.root_dir=${root}`,
    `--IdentityProvider.token=${token}`,
    "--ContentsManager.allow_hidden=True", // the notebooks under test are copies in .artifacts/
    "--LabApp.news_url=",
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
  const child = spawn(join(root, ".venv/bin/jupyter-lab"), args, {
    cwd: root,
    detached: true, // a group of its own, which ends as one
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      JUPYTER_CONFIG_DIR: join(folder, "config"),
      JUPYTER_DATA_DIR: join(folder, "data"),
      JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
      JUPYTERLAB_WORKSPACES_DIR: join(folder, "workspaces"),
      IPYTHONDIR: join(folder, "ipython"),
    },
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (log += text));
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM"); // lets it end its kernels
    const timer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), 10_000);
    await exited;
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  };

  const status = `http://127.0.0.1:${port}/api/status?token=${token}`;
  const deadline = Date.now() + 300_000;
  for (;;) {
    const answer = await fetch(status).catch(() => undefined);
    if (answer?.ok) break;
    if (child.exitCode !== null || Date.now() > deadline) {
      if (child.exitCode === null) await stop();
      throw new Error(`JupyterLab did not start:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url: (path) => `http://127.0.0.1:${port}/lab/tree/${path}?reset&token=${token}`, stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject()));
    });
  });
}
