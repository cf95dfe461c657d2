import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { download, sha256Of } from "./download.mjs";
import { SetupError } from "./error.mjs";
import { cacheFolder, venvBin } from "./paths.mjs";
import { run, tail } from "./process.mjs";
import { say } from "./say.mjs";

/**
 * Where TensorFlow's C library comes from: the Python wheel carries it, with the headers. It needs no Python to run, and
 * is years newer than what the npm package downloads.
 */
const wheels = {
  "linux-x64": {
    requirement: "tensorflow-cpu==2.21.0",
    tags: ["--python-version", "3.11", "--platform", "manylinux_2_27_x86_64"],
    file: "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
  },
};
const wheel = wheels[`${process.platform}-${process.arch}`];

/** The unpacked library, shared by all checkouts; undefined where there is no wheel for this machine. */
export const tensorflowFolder =
  wheel && path.join(cacheFolder, path.basename(wheel.file, ".whl"), wheel.sha256.slice(0, 12));
export const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

export const tensorflow = {
  name: "tensorflow",
  title: "TensorFlow library",
  // Elsewhere the addon step falls back to the download of the npm package.
  needed: () => Boolean(wheel),
  key: () => wheel.sha256 + tensorflowFolder,
  present: () => complete(tensorflowFolder),
  version: () => wheel.requirement,
  async make() {
    if (complete(tensorflowFolder)) return;
    const fetched = await fetchWheel();
    await unpack(fetched, tensorflowFolder);
    if (path.dirname(fetched) === downloads) fs.rmSync(fetched);
  },
};

const downloads = path.join(cacheFolder, "downloads");

/** The manifest is written last and names every library's size: a folder that disagrees is not used. */
function complete(folder) {
  try {
    const sizes = JSON.parse(fs.readFileSync(path.join(folder, "manifest.json"), "utf8"));
    return libraries.every((name) => sizes[name] > 0 && fs.statSync(path.join(folder, name)).size === sizes[name]);
  } catch {
    return false;
  }
}

async function fetchWheel() {
  const file = path.join(downloads, wheel.file);
  const url = await findUrl();
  if (url.protocol === "file:") {
    const local = fileURLToPath(url);
    if ((await sha256Of(local)) === wheel.sha256) return local;
    throw new SetupError(
      `${wheel.file} is not the file it should be`,
      `the package index names a local file whose SHA-256 is not ${wheel.sha256}`,
      "replace that file, or point pip at another index",
    );
  }
  await download(url.href, file, wheel.sha256, "TensorFlow library");
  return file;
}

/** Asks pip where its index keeps the wheel, so that mirrors and proxies set up for pip are respected. */
async function findUrl() {
  const report = path.join(cacheFolder, `report-${process.pid}.json`);
  fs.mkdirSync(cacheFolder, { recursive: true });
  try {
    const pip = ["-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps", "--only-binary=:all:"];
    const { status, output } = await run(venvBin("python"), [
      ...[...pip, ...wheel.tags, "--target", path.join(cacheFolder, "unused")],
      ...["--disable-pip-version-check", "--quiet", "--report", report, wheel.requirement],
    ]);
    if (status === 0) return new URL(JSON.parse(fs.readFileSync(report, "utf8")).install[0].download_info.url);
    throw new SetupError(
      `pip does not find ${wheel.requirement}`,
      tail(output, 6),
      "check the network and pip's index settings, then run this again",
    );
  } finally {
    fs.rmSync(report, { force: true });
  }
}

async function unpack(file, folder) {
  say("  unpacking (about 800 MB)");
  const partial = `${folder}.partial-${process.pid}`;
  fs.mkdirSync(partial, { recursive: true });
  try {
    const { status, output } = await run(venvBin("python"), [
      fileURLToPath(new URL("unpack_wheel.py", import.meta.url)),
      file,
      partial,
    ]);
    if (status !== 0) {
      throw new SetupError(
        "the TensorFlow library could not be unpacked",
        tail(output, 4),
        `see that ${cacheFolder} has 1.5 GB free (or set ELBO_LAB_CACHE to a folder that has), then run this again`,
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
