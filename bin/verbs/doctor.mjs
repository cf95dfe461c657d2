import { command } from "../setup/paths.mjs";
import { findPython } from "../setup/python.mjs";
import { examine, isCurrent, partsHere } from "../setup/setup.mjs";
import { hasStamp } from "../setup/stamp.mjs";

/** Prints one line per part: its version, or the problem and the fix. Exit status 1 if there is a problem. */
export function run() {
  const lines = [
    ["Node", `${process.version} (${process.execPath})`],
    ["Python", attempt(() => findPython().version)],
    ...partsHere().map((part) => [part.title, attempt(() => describe(part))]),
  ];
  const width = Math.max(...lines.map(([title]) => title.length));
  let sound = true;
  for (const [title, found] of lines) {
    const wrong = found instanceof Error;
    if (wrong) sound = false;
    console.log(`${wrong ? "✗" : "✓"} ${title.padEnd(width)}  ${wrong ? found.message : found}`);
  }
  return sound ? 0 : 1;
}

function describe(part) {
  const { problem, version } = examine(part);
  if (problem) throw new Error(`${problem}: run \`${command} setup\``);
  if (isCurrent(part)) return version;
  return `${version}, ${hasStamp(part.name) ? "out of date" : "but not set up in this folder"}: run \`${command} setup\``;
}

function attempt(look) {
  try {
    return look();
  } catch (error) {
    return new Error(error.message.replace(/\s*\n\s*/g, " ").replace(/^✗ /, ""));
  }
}
