import fs from "node:fs";
import path from "node:path";
import { SetupError } from "./error.mjs";
import { root, venv, venvBin } from "./paths.mjs";
import { ask, run, tail } from "./process.mjs";
import { findPython } from "./python.mjs";
import { progress } from "./say.mjs";
import { contents } from "./stamp.mjs";

const requirements = path.join(root, "bin/setup/requirements.txt");

/** A Python environment with JupyterLab and the plotly renderer, every package pinned by hash. */
export const environment = {
  name: "environment",
  title: "Python environment with JupyterLab",
  needed: () => true,
  key: () => contents(requirements) + venv,
  present: () => fs.existsSync(venvBin("jupyter-lab")) && fs.existsSync(venvBin("python")),
  version: () => {
    const lab = ask(venvBin("jupyter-lab"), ["--version"]);
    return lab && `JupyterLab ${lab}, ${ask(venvBin("python"), ["--version"])}`;
  },
  async make() {
    if (ask(venvBin("python"), ["-m", "pip", "--version"]) === undefined) {
      const { command } = findPython();
      // A folder without a working pip is a half-made environment.
      fs.rmSync(venv, { recursive: true, force: true });
      const { status, output } = await run(command, ["-m", "venv", venv]);
      if (status !== 0) {
        throw new SetupError(`${command} could not make a virtual environment`, tail(output), "see the reason above");
      }
    }
    const total = contents(requirements).match(/^\S+==/gm)?.length ?? 1;
    const show = progress("collecting packages");
    let collected = 0;
    const { status, output } = await run(
      venvBin("python"),
      ["-m", "pip", "install", "--require-hashes", "--disable-pip-version-check", "-r", requirements],
      { onLine: (line) => /^(Collecting|Requirement already)/.test(line) && show(Math.min(0.99, ++collected / total)) },
    );
    if (status !== 0) {
      throw new SetupError(
        "pip could not install JupyterLab",
        tail(output),
        "check the network and pip's index settings, then run this again: what was downloaded is kept",
      );
    }
    show(1);
  },
};
