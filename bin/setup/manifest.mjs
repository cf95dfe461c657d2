import fs from "node:fs";
import path from "node:path";
import { stateFolder } from "./paths.mjs";

/**
 * A manifest lists the files that a part of the set-up created, with their sizes, so a later run can detect files that
 * were removed or truncated. Added files do not matter.
 */
const file = (name) => path.join(stateFolder, `${name}.files.json`);

/** All files below a folder that `keep` accepts (as relative paths with "/"), with their sizes. */
function sizesBelow(folder, keep) {
  const sizes = {};
  const visit = (inside) => {
    for (const entry of fs.readdirSync(path.join(folder, inside), { withFileTypes: true })) {
      const name = inside ? `${inside}/${entry.name}` : entry.name;
      if (!keep(name)) continue;
      if (entry.isDirectory()) visit(name);
      else if (entry.isFile()) sizes[name] = fs.statSync(path.join(folder, name)).size;
    }
  };
  visit("");
  return sizes;
}

/** Records the files that are below a folder now. */
export function recordFiles(name, folder, keep = () => true) {
  fs.mkdirSync(stateFolder, { recursive: true });
  fs.writeFileSync(file(name), JSON.stringify(sizesBelow(folder, keep)));
}

/**
 * A sentence about files that were lost since `recordFiles`; undefined if there are none.
 *
 * @param {(name: string) => boolean} [look] selects the recorded files to check; defaults to all
 */
export function lostFiles(name, folder, look = () => true) {
  const recorded = read(name);
  if (!recorded) return "the list of its files is missing";
  const lost = Object.keys(recorded).filter(
    (each) => look(each) && fs.statSync(path.join(folder, each), { throwIfNoEntry: false })?.size !== recorded[each],
  );
  if (lost.length === 0) return undefined;
  return `${lost.length === 1 ? "a file is" : `${lost.length} files are`} missing or altered: ${lost[0]}`;
}

function read(name) {
  try {
    return JSON.parse(fs.readFileSync(file(name), "utf8"));
  } catch {
    return undefined;
  }
}
