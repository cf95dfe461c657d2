import fs from "node:fs";
import path from "node:path";
import { advice } from "./advice.mjs";
import { SetupError } from "./error.mjs";
import { cacheFolder } from "./paths.mjs";
import { pip } from "./pip.mjs";
import { ask, run, tail } from "./process.mjs";
import { say } from "./say.mjs";
import { dropWheel, fetchWheel } from "./wheel.mjs";

/** The system's C and C++ compilers: each is a command with its first arguments, and the environment it needs. */
const systemCompilers = () =>
  [process.env.CXX, "g++", "clang++", "c++"]
    .filter(Boolean)
    .filter((name) => ask(name, ["--version"]))
    .map((name) => ({ name, command: [name], env: process.env }));

/** The Zig compiler from PyPI, which also compiles C++. Only the version for Linux on x64 is tested. */
const zigWheels = {
  "linux-x64": {
    tags: ["--platform", "manylinux_2_12_x86_64"],
    file: "ziglang-0.17.1-py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64.whl",
    sha256: "ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54",
    // The oldest C library that supports both Node 20 and TensorFlow's wheel.
    target: "x86_64-linux-gnu.2.28",
  },
  "linux-arm64": {
    tags: ["--platform", "manylinux_2_17_aarch64"],
    file: "ziglang-0.17.1-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
    sha256: "b7c5f02fccd40f89b999ee16a1f5ddced56e6182370f8affe494bcf8a28cf07e",
    target: "aarch64-linux-gnu.2.28",
  },
};
const zigWheel = zigWheels[`${process.platform}-${process.arch}`];

/**
 * Calls `work` with a compiler: first with those of the system, then with Zig if there is none or none succeeds.
 *
 * @param {(compiler: {name: string, command: string[], env: object}) => Promise<void>} work throws if the compiler
 *   fails
 */
export async function withCompiler(work) {
  const failures = [];
  for (const compiler of process.env.ELBO_LAB_COMPILER === "zig" ? [] : systemCompilers()) {
    try {
      return await work(compiler);
    } catch (error) {
      failures.push(error.message);
    }
  }
  if (failures.length === 0) failures.push("no C++ compiler found (tried CXX, g++, clang++ and c++)");
  if (!zigWheel) throw new Error(`${failures.join("\n")}\nand there is none to download for this machine`);
  say("  no working C++ compiler found: downloading one (101 MB, 440 MB unpacked; removed after use)");
  const folder = path.join(cacheFolder, "zig");
  try {
    return await work(await makeZig(folder));
  } catch (error) {
    throw new Error(`${failures.join("\n")}\nand ${error.message.replace(/^✗ /, "")}`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function makeZig(folder) {
  fs.rmSync(folder, { recursive: true, force: true });
  const wheel = await fetchWheel({ requirement: "ziglang==0.17.1", ...zigWheel }, "C++ compiler");
  const [command, ...args] = await pip();
  const { status, output } = await run(command, [
    ...[...args, "install", "--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check"],
    ...["--target", folder, wheel],
  ]);
  if (status !== 0) throw new SetupError("the C++ compiler could not be unpacked", tail(output, 4), advice(output));
  dropWheel(wheel);
  const caches = path.join(folder, "cache");
  return {
    name: "zig c++",
    command: [path.join(folder, "ziglang/zig"), "c++", "-target", zigWheel.target],
    env: { ...process.env, ZIG_GLOBAL_CACHE_DIR: caches, ZIG_LOCAL_CACHE_DIR: caches },
  };
}
