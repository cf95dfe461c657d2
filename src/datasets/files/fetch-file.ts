import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { interruption } from "../../display/interruption";
import { type LiveDisplay, liveDisplay } from "../../display/live-display";
import { replaceFile } from "../../runtime/replace-file";

/** What to fetch. */
export interface FetchFileOptions {
  /** Its SHA-256, in lower-case hexadecimal. */
  sha256: string;
  /** Stops the download, as an interrupt of the running cell does. */
  signal?: AbortSignal;
}

/**
 * Fetches a file of data, unless it is there already with the expected checksum. The file appears only when it is complete and its
 * checksum verified. Until then everything is in memory, so this is for files of up to about 100 MB.
 *
 * @param url where it is fetched from
 * @param file where it is kept; its folder is made
 * @throws Error that says what was tried, what happened and how to fix it
 */
export async function fetchFile(url: string, file: string, options: FetchFileOptions): Promise<void> {
  const { sha256 } = options;
  const signal = interruption(options.signal);
  if (existsSync(file) && hashOf([readFileSync(file)]) === sha256) return;
  const name = path.basename(file);
  const display = liveDisplay();
  const fail = (why: string, fix: string, cause?: unknown): never => {
    display.end(`${name} · not fetched`);
    throw new Error(`${name} could not be fetched from ${url}: ${why}. To fix it, ${fix}.`, { cause });
  };
  let parts: Uint8Array[] = [];
  try {
    parts = await download(url, name, display, signal);
  } catch (cause) {
    const fix = `check the network and proxy settings and ask again, or put the file into ${path.dirname(file)} yourself`;
    fail(reasonOf(cause), fix, cause);
  }
  const found = hashOf(parts);
  if (found !== sha256) {
    const length = lengthOf(parts);
    fail(`its SHA-256 is ${found}, expected ${sha256} (${length} bytes)`, "look for a proxy that alters downloads");
  }
  mkdirSync(path.dirname(file), { recursive: true });
  replaceFile(file, parts);
  display.end(`${name} · ${size(lengthOf(parts))} fetched, checksum verified`);
}

async function download(url: string, name: string, display: LiveDisplay, signal: AbortSignal): Promise<Uint8Array[]> {
  const response = await fetch(url, { signal });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`the server answered ${`${response.status} ${response.statusText}`.trim()}`);
  }
  // What fetch has unpacked on its way has another length than the one announced.
  const packed = response.headers.has("content-encoding");
  const total = packed ? Number.NaN : Number(response.headers.get("content-length") ?? Number.NaN);
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let done = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value);
    done += read.value.length;
    display.update(done, total || done, () =>
      [name, ...(total ? [`${Math.floor((100 * done) / total)} %`] : []), size(done)].join(" · "),
    );
  }
  if (done < total) throw new Error(`the connection closed at ${done} of ${total} bytes`);
  return parts;
}

/** fetch says only "fetch failed" or "terminated"; what happened is in its cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code || message : message;
}

function hashOf(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);
const size = (bytes: number): string =>
  bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
