import fs from "node:fs";
import path from "node:path";
import { SetupError } from "./error.mjs";
import { root } from "./paths.mjs";
import { run, tail } from "./process.mjs";
import { contents, treeContents } from "./stamp.mjs";

const source = path.join(root, "src");
const output = path.join(root, "dist");
const configuration = path.join(root, "tsconfig.json");

/** The library and the kernel layer, compiled from src/ to dist/. */
export const library = {
  name: "library",
  title: "elbo-lab itself (src → dist)",
  // The published package comes compiled.
  needed: () => fs.existsSync(source),
  key: () => contents(configuration) + treeContents(source),
  present: () => fs.existsSync(path.join(output, "index.js")),
  version: () => JSON.parse(contents(path.join(root, "package.json"))).version,
  async make() {
    fs.rmSync(output, { recursive: true, force: true });
    const compiler = path.join(root, "node_modules/typescript/bin/tsc");
    const { status, output: printed } = await run(process.execPath, [compiler, "-p", configuration], { cwd: root });
    if (status !== 0) throw new SetupError("src/ does not compile", tail(printed, 30), "mend the lines named above");
  },
};
