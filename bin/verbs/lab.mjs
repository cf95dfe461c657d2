import { refreshApiReference } from "../setup/api-reference.mjs";
import { isCheckout, root, venvBin } from "../setup/paths.mjs";
import { attach } from "../setup/process.mjs";
import { setup } from "../setup/setup.mjs";

const first = "notebooks/00-start-here.ipynb";

/** When JupyterLab has started (ms), and the API reference may use a core. */
const afterStart = 15_000;

/**
 * Opens JupyterLab: in the repository, at its first notebook; elsewhere, in the current folder. Arguments are passed to
 * JupyterLab.
 */
export async function run(args) {
  await setup({ notebooks: true });
  const where = isCheckout
    ? [`--ServerApp.root_dir=${root}`, `--LabApp.default_url=/lab/tree/${first}`]
    : [`--ServerApp.root_dir=${process.cwd()}`];
  // Without this, Jupyter refuses to start as root, which is the user in most containers.
  const asRoot = process.getuid?.() === 0 ? ["--allow-root"] : [];
  const ended = new AbortController();
  const timer = setTimeout(() => refreshApiReference(ended.signal), afterStart);
  try {
    return await attach(venvBin("jupyter-lab"), [...where, ...asRoot, ...args], {
      cwd: isCheckout ? root : process.cwd(),
    });
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
}
