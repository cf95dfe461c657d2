import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { advice } from "./advice.mjs";
import { SetupError } from "./error.mjs";
import { withLock } from "./lock.mjs";
import { cacheFolder } from "./paths.mjs";
import { run, tail } from "./process.mjs";
import { findPython } from "./python.mjs";
import { say } from "./say.mjs";
import { dropWheel, fetchWheel } from "./wheel.mjs";

/**
 * The source of TensorFlow's C library: the Python wheel contains the library and its headers. The library does not need
 * Python to run, and is years newer than the one that the npm package downloads. Only Linux on x64 is tested. The wheels
 * of the other two platforms have been inspected (same libraries, same headers), but nobody has run the set-up there.
 */
const wheels = {
  "linux-x64": {
    requirement: "tensorflow-cpu==2.21.0",
    tags: ["--python-version", "3.11", "--platform", "manylinux_2_27_x86_64"],
    file: "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    libraries: ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"],
    tested: true,
  },
  "linux-arm64": {
    requirement: "tensorflow==2.21.0",
    tags: ["--python-version", "3.11", "--platform", "manylinux_2_27_aarch64"],
    file: "tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl",
    sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
    libraries: ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"],
    tested: false,
  },
  "darwin-arm64": {
    requirement: "tensorflow==2.21.0",
    tags: ["--python-version", "3.11", "--platform", "macosx_12_0_arm64"],
    file: "tensorflow-2.21.0-cp311-cp311-macosx_12_0_arm64.whl",
    sha256: "51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88",
    libraries: ["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"],
    tested: false,
  },
};
const wheel = wheels[`${process.platform}-${process.arch}`];

/** The unpacked library, shared by all checkouts; undefined if there is no wheel for this machine. */
export const tensorflowFolder =
  wheel && path.join(cacheFolder, path.basename(wheel.file, ".whl"), wheel.sha256.slice(0, 12));
export const libraries = wheel?.libraries ?? [];

export const tensorflow = {
  name: "tensorflow",
  title: "TensorFlow library",
  // On other machines, the addon step falls back to the download of the npm package.
  needed: () => Boolean(wheel),
  key: () => wheel.sha256 + tensorflowFolder,
  present: () => complete(tensorflowFolder),
  version: () => wheel.requirement + (wheel.tested ? "" : ` (untested on ${process.platform} ${process.arch})`),
  async make() {
    await withLock(cacheFolder, async () => {
      if (complete(tensorflowFolder)) return;
      if (!wheel.tested)
        say(`  nobody has tried this on ${process.platform} ${process.arch} yet; please tell us how it went`);
      const fetched = await fetchWheel(wheel, "TensorFlow library");
      await unpack(fetched, tensorflowFolder);
      dropWheel(fetched);
    });
  },
};

/** The manifest is written last and contains the size of every library. A folder that does not match is not used. */
function complete(folder) {
  try {
    const sizes = JSON.parse(fs.readFileSync(path.join(folder, "manifest.json"), "utf8"));
    return (
      libraries.every((name) => sizes[name] > 0 && fs.statSync(path.join(folder, name)).size === sizes[name]) &&
      fs.existsSync(path.join(folder, "include/tensorflow/c/c_api.h"))
    );
  } catch {
    return false;
  }
}

async function unpack(file, folder) {
  say("  unpacking (about 800 MB)");
  const partial = `${folder}.partial`;
  // The lock of the cache is held, so these files come from an interrupted run.
  for (const name of namesIn(path.dirname(folder)).filter((each) => each.includes(".partial"))) {
    fs.rmSync(path.join(path.dirname(folder), name), { recursive: true, force: true });
  }
  fs.mkdirSync(partial, { recursive: true });
  try {
    const script = fileURLToPath(new URL("unpack_wheel.py", import.meta.url));
    const { status, output } = await run(findPython().command, [script, file, partial, ...libraries]);
    if (status !== 0) {
      throw new SetupError(
        "the TensorFlow library could not be unpacked",
        tail(output, 4),
        advice(
          output,
          `make sure that ${cacheFolder} has 1.5 GB free (or set ELBO_LAB_CACHE to a folder that does), then run this again`,
        ),
      );
    }
    const sizes = Object.fromEntries(libraries.map((name) => [name, fs.statSync(path.join(partial, name)).size]));
    fs.writeFileSync(path.join(partial, "manifest.json"), JSON.stringify(sizes));
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(partial, folder);
  } finally {
    fs.rmSync(partial, { recursive: true, force: true });
  }
}

const namesIn = (folder) => (fs.existsSync(folder) ? fs.readdirSync(folder) : []);
