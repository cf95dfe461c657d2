import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { interruption } from "../../display/interruption";
import { type LiveDisplay, liveDisplay } from "../../display/live-display";
import { replaceFile } from "../../runtime/replace-file";

/** Options of `fetchFile()`. */
export interface FetchFileOptions {
  /** The SHA-256 of the file, in lowercase hexadecimal. */
  sha256: string;
  /** Stops the download, like an interrupt of the running cell. */
  signal?: AbortSignal;
}

/**
 * Downloads a data file, unless it already exists with the expected checksum. The file appears only when it is complete and its
 * checksum is verified. Until then it is kept in memory, so this is for files up to about 100 MB.
 *
 * @param url the URL to download from
 * @param file the path to save to; its folder is created
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
    const fix = `check the network and proxy settings and try again, or put the file into ${path.dirname(file)} yourself`;
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
  // If fetch decompresses the response, its length differs from the announced length.
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

/** The message of fetch is only "fetch failed" or "terminated"; the reason is in its cause. */
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
