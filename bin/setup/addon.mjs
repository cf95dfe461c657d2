import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { withCompiler } from "./compiler.mjs";
import { SetupError } from "./error.mjs";
import { withLock } from "./lock.mjs";
import { npm } from "./packages.mjs";
import { cacheFolder, isCheckout, packageFolder, packageJson, root } from "./paths.mjs";
import { ask, run, tail } from "./process.mjs";
import { say } from "./say.mjs";
import { contents } from "./stamp.mjs";
import { libraries, tensorflow, tensorflowFolder } from "./tensorflow.mjs";
import { tfjsNodeFolders, tfjsNodeSources } from "./tfjs-node.mjs";

// tfjs-node looks for its addon in the folder of the newest Node-API version that it knows. Every supported Node has it.
const napiVersion = 8;
const recipe = 1;
const own = (name) => fileURLToPath(new URL(name, import.meta.url));
const guardSource = own("stderr-guard.c");
/**
 * These files give each TensorFlow session separate threads. The header is included before tfjs-node's sources, and the source
 * file defines the function that the header declares.
 */
const sessionOptions = { header: own("session-options.h"), source: own("session-options.cc") };
const sources = ["tfjs_backend.cc", "tfjs_binding.cc"];
const modules = ["tfjs_binding.node", "stderr_guard.node"];

const bindingSource = (name) => path.join(tfjsNodeSources(), "binding", name);
const placeIn = (folder) => path.join(folder, "lib", `napi-v${napiVersion}`);

/** All inputs of the compiled files. */
const inputs = () =>
  [recipe, tensorflowFolder, packageJson(packageFolder("node-api-headers") ?? "").version].join("\0") +
  contents(guardSource, ...Object.values(sessionOptions), ...(tfjsNodeSources() ? sources.map(bindingSource) : []));

/** The compiled files are kept in the shared cache, where other checkouts and a reinstalled node_modules find them. */
const cachedAddon = () =>
  path.join(cacheFolder, `addon-${createHash("sha256").update(inputs()).digest("hex").slice(0, 12)}`);

/** The small C++ module between Node and TensorFlow, compiled against the library from the previous step. */
export const addon = {
  name: "addon",
  title: "TensorFlow addon for Node",
  needed: () => true,
  key: () => inputs() + tfjsNodeFolders().join("\0"),
  present: () => {
    const folders = tfjsNodeFolders();
    // Without a wheel for this machine, the addon comes from the package's own download.
    if (!tensorflow.needed()) return folders.length > 0 && size(path.join(placeIn(folders[0]), modules[0])) > 0;
    return folders.length > 0 && folders.every((folder) => modules.every((name) => isPlaced(folder, name)));
  },
  version: () => ask(process.execPath, ["-p", loadTensorflow()])?.replace(/^/, "TensorFlow ") ?? undefined,
  async make() {
    if (tfjsNodeFolders().length === 0) {
      throw new SetupError("there is no tfjs-node", "its files are missing from the package", "install elbo-lab again");
    }
    let reason;
    try {
      if (!tensorflow.needed()) throw new Error(`no TensorFlow wheel for ${process.platform} ${process.arch}`);
      // The cached files may be damaged, so they are built again if they do not load.
      for (const cached of [true, false]) {
        if (!cached || !isComplete(cachedAddon())) await withLock(cacheFolder, compile);
        place();
        if (addon.version()) return;
      }
      throw new Error("the compiled addon does not load TensorFlow");
    } catch (error) {
      reason = error.message;
    }
    await fallBack(reason);
  },
};

/** Prints TensorFlow's version if a small computation succeeds in a separate process. */
const loadTensorflow = () => `
  process.env.TF_CPP_MIN_LOG_LEVEL = "3"; require("util").isNullOrUndefined ??= (x) => x == null;
  require("util").isArray ??= Array.isArray;
  const tf = require(${JSON.stringify(tfjsNodeFolders().at(-1) ?? "nothing")});
  if (tf.ones([2, 2]).sum().dataSync()[0] !== 4) throw new Error("wrong sum"); tf.backend().binding.TF_Version`;

const size = (file) => fs.statSync(file, { throwIfNoEntry: false })?.size;
const isComplete = (folder) => modules.every((name) => size(path.join(folder, name)) > 0);

const isPlaced = (folder, name) => {
  const cached = size(path.join(cachedAddon(), name));
  return cached > 0 && size(path.join(placeIn(folder), name)) === cached;
};

/** Copies the files instead of linking them, so the folder does not depend on a path that may be missing on another machine. */
function place() {
  for (const folder of tfjsNodeFolders()) {
    fs.mkdirSync(placeIn(folder), { recursive: true });
    for (const name of modules) {
      const partial = path.join(placeIn(folder), `${name}.partial`);
      fs.copyFileSync(path.join(cachedAddon(), name), partial);
      fs.renameSync(partial, path.join(placeIn(folder), name));
    }
  }
}

async function compile() {
  const folder = cachedAddon();
  const partial = `${folder}.partial`;
  fs.rmSync(partial, { recursive: true, force: true });
  fs.mkdirSync(partial, { recursive: true });
  const headers = path.join(packageFolder("node-api-headers"), "include");
  // On macOS, Node's functions are resolved when the module is loaded.
  const late = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];
  const shared = ["-O2", "-shared", "-fPIC", `-DNAPI_VERSION=${napiVersion}`, "-I", headers, ...late];
  try {
    await withCompiler(async (compiler) => {
      const build = async (name, args) => {
        const [command, ...first] = compiler.command;
        const out = ["-o", path.join(partial, name)];
        const { status, output } = await run(command, [...first, ...shared, ...args, ...out], { env: compiler.env });
        if (status !== 0) throw new Error(`${compiler.name} failed on ${name}:\n${tail(output)}`);
      };
      await build("stderr_guard.node", ["-x", "c", guardSource]);
      await build("tfjs_binding.node", [
        ...["-std=c++17", "-I", path.join(tensorflowFolder, "include"), "-I", tfjsNodeSources()],
        ...["-include", sessionOptions.header, ...sources.map(bindingSource), sessionOptions.source],
        ...libraries.map((name) => path.join(tensorflowFolder, name)),
        `-Wl,-rpath,${tensorflowFolder}`,
      ]);
    });
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(partial, folder);
  } finally {
    fs.rmSync(partial, { recursive: true, force: true });
  }
}

/** Falls back to the package's own download, an older TensorFlow, on machines without a wheel. */
async function fallBack(reason) {
  const fix =
    "install a C++ compiler (on Debian and Ubuntu: apt install g++; on macOS: xcode-select --install), then run this again";
  if (!isCheckout) {
    const other = tensorflow.needed()
      ? ""
      : "; or add tfjs-node to your project: npm install @tensorflow/tfjs-node@4.22.0";
    if (!tensorflow.needed() && addon.version()) return;
    throw new SetupError("there is no TensorFlow for Node", reason, fix + other);
  }
  say(`  not built here (${reason.split("\n")[0]}); trying the package's own download`);
  const [command, ...args] = npm();
  const rebuild = ["rebuild", "@tensorflow/tfjs-node", "--ignore-scripts=false", "--foreground-scripts"];
  const { status, output } = await run(command, [...args, ...rebuild], { cwd: root });
  if (status === 0 && addon.version()) return;
  throw new SetupError(
    "there is no TensorFlow for Node",
    `${reason}\nand the package's own download failed too:\n${tail(output, 4)}`,
    fix,
  );
}
