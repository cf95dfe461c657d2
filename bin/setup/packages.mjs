import fs from "node:fs";
import path from "node:path";
import { advice } from "./advice.mjs";
import { SetupError } from "./error.mjs";
import { lostFiles, recordFiles } from "./manifest.mjs";
import { isCheckout, root } from "./paths.mjs";
import { run, tail } from "./process.mjs";
import { say } from "./say.mjs";
import { contents } from "./stamp.mjs";

const folder = path.join(root, "node_modules");

/** Excludes the caches that tools keep in node_modules, and the files that the addon step adds to tfjs-node. */
const isPackaged = (name) => !name.startsWith(".") && !/^@tensorflow\/tfjs-node\/(lib|deps)(\/|$)/.test(name);

/** The npm packages of the lock file. Install scripts are disabled; later steps build the native parts. */
export const packages = {
  name: "packages",
  title: "npm packages",
  // In a project that depends on elbo-lab, npm has already installed them.
  needed: () => isCheckout,
  key: () => contents(path.join(root, "package-lock.json"), path.join(root, ".npmrc")),
  present: () =>
    Object.entries(lock().packages).every(
      ([name, { optional }]) => name === "" || optional || fs.existsSync(path.join(root, name, "package.json")),
    ),
  problem: () => lostFiles("packages", folder),
  version: () => `${Object.keys(lock().packages).length - 1} packages of package-lock.json`,
  async make() {
    // A linked folder belongs to another checkout, and npm would empty it.
    if (fs.lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) fs.unlinkSync(folder);
    let { status, output } = await install();
    if (status !== 0 && /ENOTEMPTY|EEXIST|EBUSY|EINVAL|ENOENT.*node_modules/.test(output)) {
      // Files from an interrupted install can break the next one.
      say("  removing files of an earlier install");
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      ({ status, output } = await install());
    }
    if (status === 0) return recordFiles("packages", folder, isPackaged);
    throw new SetupError("npm could not install the packages", npmErrors(output), npmAdvice(status, output));
  },
};

function install() {
  const [command, ...args] = npm();
  return run(command, [...args, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: root });
}

/** The lines of npm's output that report errors. */
export const npmErrors = (output) =>
  output
    .split("\n")
    .filter((line) => /^npm (error|ERR!) \S/.test(line))
    .slice(0, 8)
    .join("\n") || tail(output);

export const npmAdvice = (status, output) =>
  status === 127
    ? "install npm (it comes with Node; on Debian: apt install npm) and see that it is on the PATH"
    : advice(output, "see npm's reason above (its log has more), then run this again");

/** The npm that started this process, or the npm on the PATH. */
export const npm = () =>
  process.env.npm_execpath?.endsWith("npm-cli.js") ? [process.execPath, process.env.npm_execpath] : ["npm"];

const lock = () => JSON.parse(contents(path.join(root, "package-lock.json")) || '{"packages": {}}');
