import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "./error.mjs";
import { npm } from "./packages.mjs";
import { packageFolder, root } from "./paths.mjs";
import { ask, run, tail } from "./process.mjs";
import { say } from "./say.mjs";
import { contents } from "./stamp.mjs";
import { libraries, tensorflow, tensorflowFolder } from "./tensorflow.mjs";

// tfjs-node looks for its addon under the newest Node-API it knows, which every supported Node has.
const napiVersion = 8;
const guardSource = fileURLToPath(new URL("stderr-guard.c", import.meta.url));
const compilers = [process.env.CXX, "g++", "clang++", "c++"].filter(Boolean);

const tfjs = () => packageFolder("@tensorflow/tfjs-node");
const addonFolder = () => path.join(tfjs(), "lib", `napi-v${napiVersion}`);
const addonFile = () => path.join(addonFolder(), "tfjs_binding.node");

/** The small C++ module between Node and TensorFlow, compiled against the library of the step before. */
export const addon = {
  name: "addon",
  title: "TensorFlow addon for Node",
  needed: () => true,
  key: () => `${tfjs()}\0${tensorflowFolder}\0${contents(guardSource, path.join(tfjs(), "package.json"))}`,
  present: () => Boolean(tfjs()) && fs.existsSync(addonFile()) && fs.existsSync(linked("libtensorflow.so")),
  version: () => ask(process.execPath, ["-p", loadTensorflow()])?.replace(/^/, "TensorFlow ") ?? undefined,
  async make() {
    const compiled = await compile().catch((error) => error);
    if (compiled === true) return;
    say(`  not built here (${compiled.message.split("\n")[0].replace("✗ ", "")}); trying the package's own download`);
    const [command, ...args] = npm();
    const rebuild = ["rebuild", "@tensorflow/tfjs-node", "--ignore-scripts=false", "--foreground-scripts"];
    const { status, output } = await run(command, [...args, ...rebuild], { cwd: root });
    if (status === 0 && addon.version()) return;
    throw new SetupError(
      "there is no TensorFlow for Node",
      `${compiled.message}\nand the package's own download failed too:\n${tail(output, 4)}`,
      "install a C++ compiler (on Debian and Ubuntu: apt install g++; on macOS: xcode-select --install) " +
        "or open the network to the package's download, then run this again",
    );
  },
};

/** Prints TensorFlow's version when a small computation succeeds in a process of its own. */
const loadTensorflow = () => `
  process.env.TF_CPP_MIN_LOG_LEVEL = "3"; require("util").isNullOrUndefined ??= (x) => x == null;
  require("util").isArray ??= Array.isArray;
  const tf = require(${JSON.stringify(tfjs())});
  if (tf.ones([2, 2]).sum().dataSync()[0] !== 4) throw new Error("wrong sum"); tf.backend().binding.TF_Version`;

async function compile() {
  if (!tensorflow.present()) throw new Error(`no TensorFlow wheel for ${process.platform} ${process.arch}`);
  const compiler = compilers.find((name) => ask(name, ["--version"]));
  if (!compiler) throw new Error(`no C++ compiler: none of ${compilers.join(", ")} can be run`);
  linkLibraries();
  const headers = ["-I", path.join(packageFolder("node-api-headers"), "include")];
  const out = (name) => ["-o", path.join(addonFolder(), `${name}.partial`)];
  const shared = ["-O2", "-shared", "-fPIC", `-DNAPI_VERSION=${napiVersion}`, ...headers];
  fs.mkdirSync(addonFolder(), { recursive: true });
  await build(compiler, "stderr_guard", [...shared, "-x", "c", guardSource, ...out("stderr_guard")]);
  await build(compiler, "tfjs_binding", [
    ...[...shared, "-std=c++17", "-I", path.join(tensorflowFolder, "include"), "-I", tfjs()],
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => path.join(tfjs(), "binding", name)),
    ...["-L", linked(""), "-Wl,-rpath,$ORIGIN/../../deps/lib", "-ltensorflow", "-ltensorflow_framework"],
    ...out("tfjs_binding"),
  ]);
  const version = addon.version();
  if (version) return true;
  fs.rmSync(addonFile(), { force: true });
  throw new Error("the compiled addon does not load TensorFlow");
}

async function build(compiler, name, args) {
  const { status, output } = await run(compiler, args);
  if (status !== 0) throw new Error(`${compiler} failed on ${name}:\n${tail(output)}`);
  fs.renameSync(path.join(addonFolder(), `${name}.partial`), path.join(addonFolder(), `${name}.node`));
}

const linked = (name) => path.join(tfjs(), "deps", "lib", name);

/** tfjs-node expects the libraries in its own folder: links to the shared copy. */
function linkLibraries() {
  fs.rmSync(path.join(tfjs(), "deps"), { recursive: true, force: true });
  fs.mkdirSync(linked(""), { recursive: true });
  for (const name of libraries) fs.symlinkSync(path.join(tensorflowFolder, name), linked(name));
  fs.symlinkSync("libtensorflow_cc.so.2", linked("libtensorflow.so"));
  fs.symlinkSync("libtensorflow_framework.so.2", linked("libtensorflow_framework.so"));
}
