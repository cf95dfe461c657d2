import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { cacheFolder } from "../../src/datasets/files/cache-folder";
import { fetchFile } from "../../src/datasets/files/fetch-file";
import { frontEndSymbol } from "../../src/display/front-end";
import { serve } from "./file-server";

const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256));
const sha256 = createHash("sha256").update(body).digest("hex");
const honest: RequestListener = (_request, response) =>
  void response.writeHead(200, { "content-length": body.length }).end(body);

let file: string;
let said: MockInstance;
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-")), "folder", "file");
  // The progress lines are for people.
  said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => said.mockRestore());

test("a file arrives whole, in a folder that is made, with nothing beside it", async () => {
  await fetchFile(await serve(honest), file, { sha256 });
  expect(readFileSync(file).equals(body)).toBe(true);
  expect(readdirSync(path.dirname(file))).toEqual(["file"]);
  expect(said.mock.lastCall?.[0]).toBe("file · 0.3 MB fetched, checksum verified\n");
});

test("a file that is there and right is not fetched; one that is wrong is replaced", async () => {
  await fetchFile(await serve(honest), file, { sha256 });
  await fetchFile("http://127.0.0.1:9/", file, { sha256 });
  writeFileSync(file, "half a file");
  await fetchFile(await serve(honest), file, { sha256 });
  expect(readFileSync(file).equals(body)).toBe(true);
});

const gone: RequestListener = (_request, response) => void response.writeHead(404).end("no such page");
const other: RequestListener = (_request, response) => void response.end("<html>please log in</html>");
const breaking: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-length": body.length });
  response.write(body.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 20));
};
const short: RequestListener = (_request, response) => void response.end(body.subarray(0, 50_000));

test.each([
  ["an address without the file", gone, /: the server answered 404 Not Found\. To fix it, check the network/],
  [
    "another page in the file's place",
    other,
    /its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64} \(26 bytes\)\. .*proxy/,
  ],
  ["a connection that breaks off", breaking, /could not be fetched from http.*: .+\. To fix it, check the network/],
  ["half a file that claims to be whole", short, /its SHA-256 is .* \(50000 bytes\)/],
])("%s is refused, with the reason and the fix, and leaves no file", async (_title, listener, message) => {
  await expect(fetchFile(await serve(listener), file, { sha256 })).rejects.toThrow(message);
  expect(existsSync(file)).toBe(false);
  expect(said.mock.lastCall?.[0]).toBe("file · not fetched\n");
});

test("without a network the message says so, and where the file can be put by hand", async () => {
  await expect(fetchFile("http://127.0.0.1:9/file", file, { sha256 })).rejects.toThrow(
    /^file could not be fetched from http:\/\/127.0.0.1:9\/file: .+\. To fix it, .*put the file into .*folder/,
  );
});

test("a failed download leaves the file of before as it was", async () => {
  await expect(fetchFile(await serve(honest), file, { sha256: "00" })).rejects.toThrow(/expected 00/);
  await fetchFile(await serve(honest), file, { sha256 });
  await expect(fetchFile(await serve(gone), file, { sha256: "00" })).rejects.toThrow(/404/);
  expect(readFileSync(file).equals(body)).toBe(true);
});

test("the interrupt stops it", async () => {
  const endless = await serve((_request, response) => void response.write("a little, and then nothing"));
  const signal = AbortSignal.timeout(100);
  await expect(fetchFile(endless, file, { sha256, signal })).rejects.toThrow(/could not be fetched/);
});

test("in a notebook the progress is one display, rewritten in place, with the part done", async () => {
  const shown: { text: string; html: string; update?: boolean }[] = [];
  const place = globalThis as { [frontEndSymbol]?: unknown };
  place[frontEndSymbol] = {
    interruptSignal: new AbortController().signal,
    display: ({ data }: { data: Record<string, string> }, { update }: { update?: boolean }) =>
      shown.push({ text: data["text/plain"] as string, html: data["text/html"] as string, ...{ update } }),
  };
  const slow = await serve((_request, response) => {
    response.writeHead(200, { "content-length": body.length });
    response.write(body.subarray(0, 100_000));
    setTimeout(() => response.write(body.subarray(100_000, 150_000)), 300);
    setTimeout(() => response.end(body.subarray(150_000)), 600);
  });
  await fetchFile(slow, file, { sha256 });
  delete place[frontEndSymbol];
  expect(shown.map(({ update }) => update)).toEqual([false, ...Array(shown.length - 1).fill(true)]);
  expect(shown[1]?.text).toBe("file · 50 % · 0.1 MB");
  expect(shown[1]?.html).toContain('<progress value="150000" max="300000"');
  expect(shown.at(-1)?.text).toMatch(/fetched, checksum verified/);
});

test("the cache folder can be put elsewhere, and follows the system's custom otherwise", () => {
  for (const [name, value, expected] of [
    ["ELBO_LAB_CACHE", "/somewhere", "/somewhere"],
    ["XDG_CACHE_HOME", "/caches", path.join("/caches", "elbo-lab")],
  ] as const) {
    vi.stubEnv("ELBO_LAB_CACHE", "");
    vi.stubEnv("XDG_CACHE_HOME", "");
    vi.stubEnv(name, value);
    expect(cacheFolder()).toBe(expected);
  }
  vi.unstubAllEnvs();
});
