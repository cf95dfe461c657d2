import fs from "node:fs";
import path from "node:path";
import { packageFolder, packageJson, root } from "./paths.mjs";

/**
 * The npm package `@tensorflow/tfjs-node` has an install script that downloads TensorFlow of 2022 and fails the whole
 * install where it cannot. The packed library therefore carries that package's JavaScript, types and C++ sources (3 MB) in
 * `dist/node_modules`, without the script and without the packages that only the script needs. There, the copy is found as
 * any package is, by Node and by TypeScript.
 */
const copy = path.join(root, "dist/node_modules/@tensorflow/tfjs-node");
const inside = "package";

/** tfjs-node as npm has installed it: in the checkout, or since a user's project depends on it. */
export function installedTfjsNode() {
  const folder = packageFolder("@tensorflow/tfjs-node");
  return folder && packageJson(folder).version === version() ? folder : undefined;
}

/** Where tfjs-node's C++ sources are. */
export const tfjsNodeSources = () => installedTfjsNode() ?? (fs.existsSync(copy) ? path.join(copy, inside) : undefined);

/** The folders that load an addon for TensorFlow from `lib/napi-v8`. */
export const tfjsNodeFolders = () => [installedTfjsNode(), fs.existsSync(copy) ? copy : undefined].filter(Boolean);

/** The version that this library is made for. */
const version = () => packageJson(root).devDependencies["@tensorflow/tfjs-node"];

const files = {
  // A process must not hold two copies, which would register everything twice: the installed one is used where there is one.
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

/** How tfjs-node looks for its addon, and what the copy does instead: node-pre-gyp brings 50 packages to find one file. */
const search = `var binary = require('@mapbox/node-pre-gyp');
var bindingPath = binary.find(path.resolve(path.join(__dirname, '/../package.json')));`;
const place = `var bindingPath = path.join(__dirname, '../../lib/napi-v8/tfjs_binding.node');`;

/** Makes the copy from the installed package. */
export function copyTfjsNode() {
  const source = installedTfjsNode();
  const target = path.join(copy, inside);
  fs.rmSync(copy, { recursive: true, force: true });
  for (const folder of ["dist", "binding"]) {
    const keep = (name) => !/_test\.|run_tests\.|\.map$/.test(name);
    fs.cpSync(path.join(source, folder), path.join(target, folder), { recursive: true, filter: keep });
  }
  const index = path.join(target, "dist/index.js");
  const text = fs.readFileSync(index, "utf8");
  if (!text.includes(search)) throw new Error(`${index} does not look for its addon as expected`);
  fs.writeFileSync(index, text.replace(search, place));
  const { name, license, repository, ...rest } = packageJson(source);
  const identity = { name, version: rest.version, license, repository };
  fs.writeFileSync(path.join(target, "package.json"), json(identity));
  fs.writeFileSync(path.join(copy, "package.json"), json({ ...identity, main: "index.js", types: "index.d.ts" }));
  for (const [file, contents] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    fs.writeFileSync(path.join(copy, file), contents);
  }
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
