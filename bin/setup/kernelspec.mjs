import fs from "node:fs";
import path from "node:path";
import { apiFolder } from "./api-reference.mjs";
import { root, venv } from "./paths.mjs";
import { contents } from "./stamp.mjs";

const folder = path.join(venv, "share/jupyter/kernels/tslab");
// The server reads the folder jupyter_server_config.d only for the names of its extensions.
const settingsFile = path.join(venv, "etc/jupyter/jupyter_server_config.json");

/** Jupyter's description of our kernel. It keeps tslab's name, so the notebooks also open with the stock kernel. */
export const specification = {
  argv: [process.execPath, path.join(root, "dist/kernel/main.js"), "--config-path", "{connection_file}"],
  display_name: "TypeScript",
  language: "typescript",
  // Interrupts are messages on the control channel, because Node can lose a signal that arrives as synchronous code ends.
  interrupt_mode: "message",
  // JupyterLab shows its debugger only with this mark.
  metadata: { debugger: true },
};

const settings = {
  // The server drops a kernel's messages above these rates. Its defaults would cut off long outputs and fast displays.
  ZMQChannelsWebsocketConnection: { iopub_data_rate_limit: 1e9, iopub_msg_rate_limit: 1e6 },
  ServerApp: { extra_static_paths: [path.dirname(apiFolder)] },
};

/** The server with these settings, which is the one that finds this kernelspec, also serves the API reference. */
const here = { ...specification, env: { ELBO_LAB_API_REFERENCE: apiFolder } };

const files = () => [
  [path.join(folder, "kernel.json"), `${JSON.stringify(here, null, 2)}\n`],
  [settingsFile, `${JSON.stringify(settings, null, 2)}\n`],
];

/** A kernel that runs on another Node also works, as long as that Node exists. A start with this Node updates it. */
function withThisNode(text) {
  const node = /"argv": \[\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  if (node === undefined || !fs.existsSync(JSON.parse(node))) return text;
  return text.replace(node, () => JSON.stringify(process.execPath));
}

export const kernelspec = {
  name: "kernelspec",
  title: "Jupyter kernel",
  needed: () => true,
  key: () => JSON.stringify(files()),
  present: () => files().every(([file, text]) => withThisNode(contents(file)) === text),
  version: () => `"${specification.display_name}" (tslab) in ${path.relative(root, folder)}`,
  async make() {
    for (const [file, text] of files()) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
  },
};
