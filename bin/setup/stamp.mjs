import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { stateFolder } from "./paths.mjs";

/**
 * A part's stamp contains a hash of all inputs of its outcome. It is removed before the work begins and written after
 * the work succeeds, so an interrupted run never looks complete.
 */
const file = (name) => path.join(stateFolder, `${name}.stamp`);

export const stampIsCurrent = (name, key) => read(file(name)) === hash(key);

export function writeStamp(name, key) {
  fs.mkdirSync(stateFolder, { recursive: true });
  fs.writeFileSync(file(name), hash(key));
}

export const hasStamp = (name) => fs.existsSync(file(name));

export const removeStamp = (name) => fs.rmSync(file(name), { force: true });

/** The contents of files, in order, as one key. */
export const contents = (...files) => files.map((name) => read(name) ?? "").join("\0");

/** The contents of every file below a folder, with their names. */
export function treeContents(folder) {
  const names = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort();
  return paths.map((name) => `${path.relative(folder, name)}\0${read(name)}`).join("\0");
}

const hash = (key) => createHash("sha256").update(key).digest("hex");

function read(name) {
  try {
    return fs.readFileSync(name, "utf8");
  } catch {
    return undefined;
  }
}
