import fs from "node:fs";
import path from "node:path";
import { cacheFolder, root, stateFolder, venv } from "../setup/paths.mjs";

const made = ["node_modules", "dist", ".artefacts", ".venv-peers", ".cache"].map((name) => path.join(root, name));

export function run(args) {
  const folders = [...made, venv, stateFolder, ...(args.includes("--cache") ? [cacheFolder] : [])];
  for (const folder of folders.filter((name) => fs.existsSync(name))) {
    fs.rmSync(folder, { recursive: true, force: true });
    console.log(`removed ${path.relative(root, folder)}`);
  }
}
