import path from "node:path";
import { root, venvBin } from "../setup/paths.mjs";
import { attach } from "../setup/process.mjs";
import { setup } from "../setup/setup.mjs";

const first = "notebooks/00-start-here.ipynb";

/** Opens JupyterLab; further arguments are passed on to it. */
export async function run(args) {
  await setup();
  return attach(
    venvBin("jupyter-lab"),
    [
      `--ServerApp.root_dir=${root}`,
      `--LabApp.default_url=/lab/tree/${first}`,
      // Without it Jupyter refuses to start as root, which is who one is in most containers.
      ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
      ...args,
    ],
    { cwd: path.join(root) },
  );
}
