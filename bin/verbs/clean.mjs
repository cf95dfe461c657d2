import fs from "node:fs";
import path from "node:path";
import { cacheFolder, isCheckout, root, stateFolder, venv } from "../setup/paths.mjs";

/** In a user's project, dist/ is the library itself; set-up created only the addon in it. */
const made = isCheckout
  ? ["node_modules", "dist", "site", ".artifacts", ".venv-peers", ".cache"]
  : ["dist/node_modules/@tensorflow/tfjs-node/lib"];

export function run(args) {
  const places = [...made.map((name) => path.join(root, name)), venv, stateFolder];
  for (const folder of [...places, ...(args.includes("--cache") ? [cacheFolder] : [])]) {
    if (!fs.existsSync(folder)) continue;
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    console.log(`removed ${path.relative(root, folder)}`);
  }
}
