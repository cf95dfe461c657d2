import { findPython } from "../setup/python.mjs";
import { isCurrent, parts } from "../setup/setup.mjs";

/** One line per part: its version, or what is wrong and the mend. Exit status 1 when something is wrong. */
export function run() {
  const lines = [
    ["Node", `${process.version} (${process.execPath})`],
    ["Python", attempt(() => findPython().version)],
    ...parts.filter((part) => part.needed()).map((part) => [part.title, examine(part)]),
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

function examine(part) {
  return attempt(() => {
    if (!part.present()) throw new Error("missing: run `npx elbo-lab setup`");
    const version = part.version();
    if (!version) throw new Error("there, but it does not work: run `npx elbo-lab clean`, then `npx elbo-lab setup`");
    return isCurrent(part) ? version : `${version}, out of date: the next start renews it`;
  });
}

function attempt(look) {
  try {
    return look();
  } catch (error) {
    return new Error(error.message.replace(/\s*\n\s*/g, " ").replace(/^✗ /, ""));
  }
}
