import path from "node:path";
import { root } from "../setup/paths.mjs";
import { attach } from "../setup/process.mjs";
import { setup } from "../setup/setup.mjs";

/** Runs notebooks, each in a fresh kernel. */
export async function run(args) {
  await setup({ notebooks: true });
  return attach(process.execPath, [path.join(root, "dist/notebook/cli.js"), "run", ...args]);
}
