import fs from "node:fs";
import path from "node:path";
import { advice } from "./advice.mjs";
import { SetupError } from "./error.mjs";
import { lostFiles, recordFiles } from "./manifest.mjs";
import { root, venv, venvBin } from "./paths.mjs";
import { ask, run, tail } from "./process.mjs";
import { progress } from "./say.mjs";
import { contents } from "./stamp.mjs";
import { makeVenv } from "./venv.mjs";

const requirements = path.join(root, "bin/setup/requirements.txt");

/** Excludes compiled files, which Python writes at any time, and the kernelspec and settings of a later step. */
const isInstalled = (name) => !/(^|\/)__pycache__(\/|$)|^(share\/jupyter\/kernels|etc\/jupyter)\//.test(name);

/** The metadata of each package and the commands, which are enough to detect a removed package. */
const isMetadata = (name) => /\.dist-info\/RECORD$|site-packages\/[^/]+\/__init__\.py$|^(bin|Scripts)\//.test(name);

/** A Python environment with JupyterLab and the Plotly renderer. Every package is pinned by hash. */
export const environment = {
  name: "environment",
  title: "Python environment with JupyterLab",
  needed: () => true,
  key: () => contents(requirements) + venv,
  // The python in it is a link to the system's Python, which may have been removed or updated.
  present: () =>
    fs.existsSync(venvBin("python")) &&
    fs.existsSync(venvBin("jupyter-lab")) &&
    lostFiles("environment", venv, isMetadata) === undefined,
  problem: () => lostFiles("environment", venv),
  version: () => {
    const lab = ask(venvBin("jupyter-lab"), ["--version"]);
    return lab && `JupyterLab ${lab}, ${ask(venvBin("python"), ["--version"])}`;
  },
  async make() {
    fs.rmSync(venv, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    await makeVenv(venv);
    const total = contents(requirements).match(/^\S+==/gm)?.length ?? 1;
    const show = progress("collecting packages");
    let collected = 0;
    const { status, output } = await run(
      venvBin("python"),
      ["-m", "pip", "install", "--require-hashes", "--no-deps", "--disable-pip-version-check", "-r", requirements],
      { onLine: (line) => /^(Collecting|Requirement already)/.test(line) && show(Math.min(0.99, ++collected / total)) },
    );
    if (status !== 0) throw new SetupError("pip could not install JupyterLab", pipErrors(output), advice(output));
    show(1);
    recordFiles("environment", venv, isInstalled);
  },
};

const pipErrors = (output) =>
  output
    .split("\n")
    .filter((line) => /^ERROR: /.test(line))
    .slice(0, 6)
    .join("\n") || tail(output);
