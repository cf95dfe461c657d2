import fs from "node:fs";
import path from "node:path";
import { SetupError } from "./error.mjs";
import { lostFiles, recordFiles } from "./manifest.mjs";
import { packageJson, root } from "./paths.mjs";
import { run, tail } from "./process.mjs";
import { contents, treeContents } from "./stamp.mjs";
import { copyTfjsNode, licenseFile } from "./tfjs-node.mjs";

const source = path.join(root, "src");
const output = path.join(root, "dist");
const configuration = path.join(root, "tsconfig.json");
const copier = path.join(root, "bin/setup/tfjs-node.mjs");

/** Excludes the files that the addon step adds to the copy of tfjs-node. */
const isCompiled = (name) => !name.includes("/lib/napi-v");

/** The library and the kernel layer, compiled from src/ to dist/, and the copy of tfjs-node in the package. */
export const library = {
  name: "library",
  title: "elbo-lab itself (src → dist)",
  // The published package is already compiled.
  needed: () => fs.existsSync(source),
  key: () => contents(configuration, copier, licenseFile) + treeContents(source),
  present: () => lostFiles("library", output) === undefined,
  problem: () => lostFiles("library", output),
  version: () => packageJson(root).version,
  async make() {
    fs.rmSync(output, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    const compiler = path.join(root, "node_modules/typescript/bin/tsc");
    const { status, output: printed } = await run(process.execPath, [compiler, "-p", configuration], { cwd: root });
    if (status !== 0) throw new SetupError("src/ does not compile", tail(printed, 30), "correct the lines named above");
    copyTfjsNode();
    recordFiles("library", output, isCompiled);
  },
};
