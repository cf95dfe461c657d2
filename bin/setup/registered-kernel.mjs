import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { SetupError } from "./error.mjs";
import { activePrefix, prefixDataFolder, userDataFolder } from "./jupyter-paths.mjs";
import { specification } from "./kernelspec.mjs";
import { command, root } from "./paths.mjs";

const usage = `${command} kernel install|uninstall [--user | --sys-prefix | --prefix P] [--name N]`;

/**
 * Reads the arguments of `elbo-lab kernel`.
 *
 * @returns {{action: "install" | "uninstall", name: string, folder: string}}
 */
export function parseKernelArguments(args) {
  const options = {
    user: { type: "boolean", default: false },
    "sys-prefix": { type: "boolean", default: false },
    prefix: { type: "string" },
    name: { type: "string", default: "tslab" },
  };
  let parsed;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new SetupError("kernel does not know these options", error.message, usage);
  }
  const { values, positionals } = parsed;
  const [action, ...rest] = positionals;
  if (!["install", "uninstall"].includes(action) || rest.length > 0) {
    const given = positionals.length ? `it got ${positionals.join(" ")}` : "it got neither";
    throw new SetupError("kernel needs one of install and uninstall", given, usage);
  }
  if ([values.user, values["sys-prefix"], values.prefix !== undefined].filter(Boolean).length > 1) {
    throw new SetupError("--user, --sys-prefix and --prefix exclude each other", "more than one was given", usage);
  }
  if (!/^[a-z0-9._-]+$/i.test(values.name)) {
    throw new SetupError(
      `a kernel cannot be named ${JSON.stringify(values.name)}`,
      "Jupyter accepts letters, digits, dots, hyphens and underscores",
      "choose another name: --name NAME",
    );
  }
  let data = userDataFolder();
  if (values.prefix !== undefined) data = prefixDataFolder(values.prefix);
  else if (values["sys-prefix"]) data = prefixDataFolder(activePrefix());
  return { action, name: values.name, folder: path.join(data, "kernels", values.name) };
}

/** Registers the kernel with Jupyter. */
export function installKernel({ folder, name }) {
  if (fs.existsSync(folder) && !isOurs(folder)) {
    throw new SetupError(
      `there is another kernel named ${name}`,
      `${folder} was not written by elbo-lab`,
      `choose another name (--name elbo-lab), or remove that kernel: jupyter kernelspec uninstall ${name}`,
    );
  }
  const display_name = name === "tslab" ? specification.display_name : `${specification.display_name} (${name})`;
  const text = JSON.stringify({ ...specification, display_name, metadata: marked() }, null, 2);
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "kernel.json"), `${text}\n`);
  } catch (error) {
    throw new SetupError(
      "the kernel could not be registered",
      error.message,
      "choose a folder that you may write to: --user or --prefix P",
    );
  }
  console.log(`Registered the kernel "${display_name}" in ${folder}`);
}

/** Removes what `installKernel` wrote, and nothing else. */
export function uninstallKernel({ folder, name }) {
  if (!fs.existsSync(folder)) {
    throw new SetupError(
      `there is no kernel named ${name}`,
      `${folder} does not exist`,
      "name the place and the name that you installed it with; `jupyter kernelspec list` lists the kernels",
    );
  }
  if (!isOurs(folder)) {
    throw new SetupError(
      `the kernel ${name} is not ours`,
      `${folder} was not written by elbo-lab`,
      `remove it with Jupyter: jupyter kernelspec uninstall ${name}`,
    );
  }
  fs.rmSync(path.join(folder, "kernel.json"));
  // Whatever somebody else has put there, such as a logo, stays.
  if (fs.readdirSync(folder).length === 0) fs.rmdirSync(folder);
  console.log(`Removed ${folder}`);
}

/** The mark by which `uninstall` recognizes what `install` wrote. */
const marked = () => ({ ...specification.metadata, "elbo-lab": { root } });

function isOurs(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, "kernel.json"), "utf8")).metadata?.["elbo-lab"] !== undefined;
  } catch {
    return false;
  }
}
