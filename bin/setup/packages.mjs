import fs from "node:fs";
import path from "node:path";
import { SetupError } from "./error.mjs";
import { packageFolder, root } from "./paths.mjs";
import { run, tail } from "./process.mjs";
import { contents } from "./stamp.mjs";

/** The npm packages of the lock file. Install scripts stay off: the native parts are built by the steps after this one. */
export const packages = {
  name: "packages",
  title: "npm packages",
  // In a project that depends on elbo-lab, npm has installed them already.
  needed: () => fs.existsSync(path.join(root, "package-lock.json")),
  key: () => contents(path.join(root, "package-lock.json"), path.join(root, ".npmrc")),
  present: () =>
    fs.existsSync(path.join(root, "node_modules", ".package-lock.json")) && Boolean(packageFolder("tslab")),
  version: () => `${Object.keys(lock().packages ?? {}).length - 1} packages of package-lock.json`,
  async make() {
    const [command, ...args] = npm();
    const { status, output } = await run(command, [...args, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: root,
    });
    if (status === 0) return;
    throw new SetupError(
      "npm could not install the packages",
      output
        .split("\n")
        .filter((line) => /^npm (error|ERR!) \S/.test(line))
        .slice(0, 8)
        .join("\n") || tail(output),
      status === 127
        ? "install npm (it comes with Node) and see that it is on the PATH"
        : 'check the network and the npm registry settings ("npm ping"), then run this again',
    );
  },
};

/** npm as it was started, or the one on the PATH. */
export const npm = () =>
  process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];

const lock = () => JSON.parse(contents(path.join(root, "package-lock.json")) || "{}");
