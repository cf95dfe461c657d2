import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SetupError } from "./error.mjs";
import { progress } from "./say.mjs";

const attempts = 4;

/**
 * Downloads a file and verifies its SHA-256. An interrupted download stays in `FILE.part`, and the next run continues
 * it. The file itself appears only when it is complete and verified.
 *
 * @param {string} url @param {string} file @param {string} sha256
 */
export async function download(url, file, sha256, title = path.basename(file)) {
  if (fs.existsSync(file) && (await sha256Of(file)) === sha256) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const part = `${file}.part`;
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(url, part, title);
      break;
    } catch (error) {
      if (attempt < attempts) continue;
      throw new SetupError(
        `the download of ${title} did not finish`,
        `${error.cause?.message ?? error.message} (${size(part)} bytes so far, ${attempts} attempts)`,
        "check the network (and proxy settings) and run this again; the download continues where it stopped",
      );
    }
  }
  const found = await sha256Of(part);
  if (found !== sha256) {
    fs.rmSync(part);
    throw new SetupError(
      `the download of ${title} is not the expected file`,
      `its SHA-256 is ${found}, expected ${sha256}`,
      "the bad file has been removed; run this again, and if it repeats, look for a proxy that alters downloads",
    );
  }
  fs.renameSync(part, file);
}

async function fetchRest(url, part, title) {
  const have = size(part);
  const response = await fetch(url, have ? { headers: { range: `bytes=${have}-` } } : {});
  // 416: the part is already complete, or longer than the file. The checksum tells which.
  if (response.status === 416) return response.body?.cancel();
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
  const resumed = response.status === 206;
  const start = resumed ? have : 0;
  const total = start + Number(response.headers.get("content-length") ?? Number.NaN);
  // Short downloads need no progress line.
  const show = total > 2e7 ? progress(title) : () => {};
  let done = start;
  const count = new Transform({
    transform(chunk, _encoding, next) {
      done += chunk.length;
      if (total) show(done / total, `(${megabytes(done)} of ${megabytes(total)} MB)`);
      next(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), count, fs.createWriteStream(part, { flags: resumed ? "a" : "w" }));
  if (total && done < total) throw new Error(`the connection closed at ${done} of ${total} bytes`);
}

export async function sha256Of(file) {
  const hash = createHash("sha256");
  await pipeline(fs.createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

const size = (file) => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
