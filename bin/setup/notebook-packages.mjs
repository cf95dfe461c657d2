import fs from "node:fs";
import path from "node:path";
import { SetupError } from "./error.mjs";
import { npm, npmAdvice, npmErrors } from "./packages.mjs";
import { isCheckout, packageJson, root, stateFolder } from "./paths.mjs";
import { run } from "./process.mjs";

/** The packages that the kernel and the notebook runner load, in the versions of the development dependencies. */
const names = ["tslab", "zeromq", "typescript", "@types/node"];
const versions = () => Object.fromEntries(names.map((name) => [name, packageJson(root).devDependencies[name]]));

/**
 * They are kept outside the user's node_modules, where tslab would put its own `tsc` into `.bin`. The kernel finds them
 * through links in `dist/node_modules`.
 */
const folder = path.join(stateFolder, "notebook-packages");
const linked = ["tslab", "@tslab/typescript-for-tslab", "zeromq", "typescript"];
const installed = (name) => path.join(folder, "node_modules", name);
const link = (name) => path.join(root, "dist/node_modules", name);

/** The npm packages of the kernel, in a project that has elbo-lab installed. */
export const notebookPackages = {
  name: "notebook-packages",
  title: "npm packages of the kernel",
  needed: () => !isCheckout,
  key: () => JSON.stringify(versions()),
  present: () =>
    Object.entries(versions()).every(([name, version]) => isVersion(installed(name), version)) &&
    linked.every((name) => fs.existsSync(path.join(link(name), "package.json"))),
  version: () => `tslab ${packageJson(installed("tslab")).version}`,
  async make() {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, dependencies: versions() }));
    const [command, ...args] = npm();
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
    const { status, output } = await run(command, [...args, "install", ...flags], { cwd: folder });
    if (status !== 0) {
      throw new SetupError("npm could not install the kernel's packages", npmErrors(output), npmAdvice(status, output));
    }
    for (const name of linked) {
      fs.rmSync(link(name), { recursive: true, force: true });
      fs.mkdirSync(path.dirname(link(name)), { recursive: true });
      fs.symlinkSync(installed(name), link(name), "junction");
    }
  },
};

const isVersion = (place, wanted) => {
  const { version } = packageJson(place);
  return version !== undefined && (wanted === version || /^[\^~]/.test(wanted));
};
