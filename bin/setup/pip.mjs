import fs from "node:fs";
import path from "node:path";
import { download } from "./download.mjs";
import { SetupError } from "./error.mjs";
import { cacheFolder, venvBin } from "./paths.mjs";
import { ask } from "./process.mjs";
import { findPython } from "./python.mjs";

/**
 * The wheel of pip. A wheel is a zip file, and Python can run pip directly from it, so `ensurepip` (Debian's
 * python3-venv) is not needed.
 */
const wheel = {
  file: "pip-25.3-py3-none-any.whl",
  sha256: "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd",
};
/** The oldest supported pip. Older versions lack `install --report` or do not know the platform tags of current wheels. */
const oldest = 23;

/**
 * The command that runs pip: [command, ...arguments].
 *
 * @returns {Promise<[string, ...string[]]>}
 */
export async function pip() {
  const python = ask(venvBin("python"), ["-c", "print('ok')"]) === "ok" ? venvBin("python") : findPython().command;
  const version = ask(python, ["-m", "pip", "--version"])?.match(/^pip (\d+)/)?.[1];
  return Number(version) >= oldest ? [python, "-m", "pip"] : [python, path.join(await pipWheel(), "pip")];
}

/** The path of pip's wheel in the shared cache. */
export async function pipWheel() {
  const file = path.join(cacheFolder, "downloads", wheel.file);
  if (!fs.existsSync(file)) {
    try {
      await download(await findUrl(), file, wheel.sha256, "pip");
    } catch (error) {
      throw new SetupError(
        "this Python has no pip, and pip's wheel could not be downloaded",
        error.cause?.message ?? error.message,
        "check the network, or set PIP_INDEX_URL to a package index that can be reached; or install pip " +
          "(on Debian and Ubuntu: apt install python3-venv)",
      );
    }
  }
  return file;
}

/** Looks up the wheel in the package index, like pip. */
async function findUrl() {
  const index = (process.env.PIP_INDEX_URL || "https://pypi.org/simple").replace(/\/*$/, "/pip/");
  const page = await fetch(index, { headers: { accept: "text/html" } });
  if (!page.ok) throw new Error(`${index} answered ${page.status} ${page.statusText}`);
  const href = [...(await page.text()).matchAll(/href="([^"#]+)/g)].map(([, link]) => link);
  const found = href.find((link) => link.endsWith(`/${wheel.file}`) || link === wheel.file);
  if (!found) throw new Error(`${index} does not list ${wheel.file}`);
  return new URL(found, page.url).href;
}
