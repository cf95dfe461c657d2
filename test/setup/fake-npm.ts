import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "./sandbox";

/**
 * A command that the set-up takes for npm: the body of a script, with `fs`, `path` and `log(text)` at hand, which runs in
 * the folder of the checkout. What is logged stands in `log`, a line each.
 */
export function fakeNpm(body: string): { env: NodeJS.ProcessEnv; log: string } {
  const folder = temporaryFolder();
  const script = path.join(folder, "npm-cli.js");
  const log = path.join(folder, "log");
  writeFileSync(log, "");
  writeFileSync(
    script,
    `const fs = require("node:fs");
const path = require("node:path");
const log = (text) => fs.appendFileSync(${JSON.stringify(log)}, text + "\\n");
${body}`,
  );
  return { env: { ...process.env, npm_execpath: script }, log };
}

/** The body of an npm that installs what the lock file lists, as empty packages. */
export const installs = `
for (const [name, { version }] of Object.entries(JSON.parse(fs.readFileSync("package-lock.json", "utf8")).packages)) {
  if (name === "") continue;
  fs.mkdirSync(name, { recursive: true });
  fs.writeFileSync(path.join(name, "package.json"), JSON.stringify({ version }));
  fs.writeFileSync(path.join(name, "index.js"), "module.exports = 1;");
}
log("installed");
`;

/** Gives a checkout a lock file of a few packages. */
export function writeLock(checkout: string): void {
  const packages = {
    "": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/@s/b": { version: "2.0.0" },
    "node_modules/a/node_modules/c": { version: "3.0.0" },
  };
  mkdirSync(checkout, { recursive: true });
  writeFileSync(path.join(checkout, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
}
