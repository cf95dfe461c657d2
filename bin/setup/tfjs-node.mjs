import fs from "node:fs";
import path from "node:path";
import { packageFolder, packageJson, root } from "./paths.mjs";

/**
 * The npm package `@tensorflow/tfjs-node` has an install script that downloads a TensorFlow from 2022. If the download
 * fails, the whole install fails. The packed library therefore contains that package's JavaScript, types and C++
 * sources in `dist/node_modules`, without the script and without the packages that only the script needs. Node and
 * TypeScript find the copy there like any package.
 */
const copy = path.join(root, "dist/node_modules/@tensorflow/tfjs-node");
const inside = "package";

/** The Apache License 2.0, which covers TensorFlow.js; its packages do not contain the text. */
export const licenseFile = path.join(root, "bin/setup/tfjs-node-license.txt");

/** The tfjs-node that npm installed: in the checkout, or in a project that depends on it. */
export function installedTfjsNode() {
  const folder = packageFolder("@tensorflow/tfjs-node");
  return folder && packageJson(folder).version === version() ? folder : undefined;
}

/** The folder with the C++ sources of tfjs-node. */
export const tfjsNodeSources = () => installedTfjsNode() ?? (fs.existsSync(copy) ? path.join(copy, inside) : undefined);

/** The folders that load an addon for TensorFlow from `lib/napi-v8`. */
export const tfjsNodeFolders = () => [installedTfjsNode(), fs.existsSync(copy) ? copy : undefined].filter(Boolean);

/** The version that this library needs. */
const version = () => packageJson(root).devDependencies["@tensorflow/tfjs-node"];

const files = {
  // A process must not load two copies, which would register everything twice. If tfjs-node is installed, that one is used.
  "folder.js": `const fs = require("node:fs");
const path = require("node:path");
const { version } = require("./package.json");

module.exports = installed() ?? path.join(__dirname, ${JSON.stringify(inside)});

function installed() {
  for (const folder of require.resolve.paths("@tensorflow/tfjs-node")) {
    const found = path.join(folder, "@tensorflow/tfjs-node");
    if (found === __dirname || !fs.existsSync(path.join(found, "lib/napi-v8/tfjs_binding.node"))) continue;
    const real = fs.realpathSync(found);
    if (real !== fs.realpathSync(__dirname) && require(path.join(real, "package.json")).version === version) return real;
  }
}
`,
  "index.js": `module.exports = require(require("path").join(require("./folder"), "dist/index.js"));\n`,
  "index.d.ts": `export * from "./${inside}/dist/index";\n`,
  "dist/proto/api_pb.js": `module.exports = require(require("path").join(require("../../folder"), "dist/proto/api_pb.js"));\n`,
};

/**
 * The changes in the copy, as [file, original, replacement]. node-pre-gyp needs 50 packages to find one file. The umbrella
 * package `@tensorflow/tfjs` has 140 MB, mostly for browsers, and a command line. The copy contains only one of its files,
 * which loads the packages that do the work (all but WebGL).
 */
const changes = [
  [
    "dist/index.js",
    `var binary = require('@mapbox/node-pre-gyp');
var bindingPath = binary.find(path.resolve(path.join(__dirname, '/../package.json')));`,
    `var bindingPath = path.join(__dirname, '../../lib/napi-v8/tfjs_binding.node');`,
  ],
  ["tfjs.js", "require('@tensorflow/tfjs-backend-webgl')", "{}"],
  ["tfjs.d.ts", "export * from '@tensorflow/tfjs-backend-webgl';\n", ""],
];

/** The license asks that a changed copy says so, in each changed file (section 4b). */
const changedFile = "// Changed from the original by elbo-lab; see the file NOTICE.\n";

const notice = (
  version,
) => `The folder "${inside}" is a copy of parts of two packages of TensorFlow.js (https://github.com/tensorflow/tfjs),
Copyright Google LLC, licensed under the Apache License, Version 2.0 (the file LICENSE):

- @tensorflow/tfjs-node ${version}: dist and binding, without tests and source maps;
- @tensorflow/tfjs ${version}: dist/tf.node.js as tfjs.js, and dist/index.d.ts as tfjs.d.ts.

Changed by elbo-lab, which marks each changed file with a comment in its first line:

- dist/index.js finds the addon in the folder lib/napi-v8 beside "${inside}", without @mapbox/node-pre-gyp;
- tfjs.js and tfjs.d.ts leave out the WebGL backend;
- files that import @tensorflow/tfjs import tfjs.js in its place;
- package.json names the package, its version, its license and its repository only.

The files beside "${inside}" are part of elbo-lab.
`;

/** Makes the copy from the installed packages. */
export function copyTfjsNode() {
  const source = installedTfjsNode();
  const target = path.join(copy, inside);
  fs.rmSync(copy, { recursive: true, force: true });
  for (const folder of ["dist", "binding"]) {
    const keep = (name) => !/_test\.|run_tests\.|\.map$/.test(name);
    fs.cpSync(path.join(source, folder), path.join(target, folder), { recursive: true, filter: keep });
  }
  const umbrella = packageFolder("@tensorflow/tfjs");
  fs.copyFileSync(path.join(umbrella, "dist/tf.node.js"), path.join(target, "tfjs.js"));
  fs.copyFileSync(path.join(umbrella, "dist/index.d.ts"), path.join(target, "tfjs.d.ts"));
  for (const [file, there, instead] of changes) change(path.join(target, file), there, instead);
  for (const file of fs.readdirSync(target, { recursive: true })) {
    if (/\.(js|d\.ts)$/.test(file)) useUmbrella(path.join(target, file), target);
  }
  const { name, license, repository, ...rest } = packageJson(source);
  const identity = { name, version: rest.version, license, repository };
  write("package.json", json({ ...identity, main: "index.js", types: "index.d.ts" }));
  write(`${inside}/package.json`, json(identity));
  for (const [file, text] of Object.entries({ ...files, NOTICE: notice(rest.version) })) write(file, text);
  fs.copyFileSync(licenseFile, path.join(copy, "LICENSE"));
}

function change(file, there, instead) {
  const text = fs.readFileSync(file, "utf8");
  if (!text.includes(there)) throw new Error(`${file} is not as expected: it lacks ${there}`);
  rewrite(file, text.replace(there, instead));
}

/** Lets a file import the copy of the umbrella package. */
function useUmbrella(file, target) {
  const text = fs.readFileSync(file, "utf8");
  const there = `./${path.relative(path.dirname(file), path.join(target, "tfjs"))}`.split(path.sep).join("/");
  const changed = text.replace(/(["'])@tensorflow\/tfjs\1/g, JSON.stringify(there));
  if (changed !== text) rewrite(file, changed);
}

function rewrite(file, text) {
  fs.writeFileSync(file, text.startsWith(changedFile) ? text : changedFile + text);
}

function write(file, text) {
  fs.mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
  fs.writeFileSync(path.join(copy, file), text);
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
