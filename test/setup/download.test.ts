import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { download } from "../../bin/setup/download.mjs";
import { temporaryFolder } from "./sandbox";

beforeEach(() => {
  // The progress lines are for people.
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
});

const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256));
const sha256 = createHash("sha256").update(body).digest("hex");

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
}

/** Answers range requests as file servers do. */
const ranges: string[] = [];
const honest: RequestListener = (request, response) => {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  ranges.push(request.headers.range ?? "all");
  if (start >= body.length) return void response.writeHead(416).end();
  response.writeHead(start ? 206 : 200, { "content-length": body.length - start }).end(body.subarray(start));
};

test("a download arrives whole and leaves no part behind", async () => {
  const file = path.join(temporaryFolder(), "file");
  await download(await serve(honest), file, sha256);
  expect(readFileSync(file).equals(body)).toBe(true);
  expect(existsSync(`${file}.part`)).toBe(false);
});

test("what an interrupted run has fetched is continued, not fetched again", async () => {
  const file = path.join(temporaryFolder(), "file");
  writeFileSync(`${file}.part`, body.subarray(0, 100_000));
  ranges.length = 0;
  await download(await serve(honest), file, sha256);
  expect(ranges).toEqual(["bytes=100000-"]);
  expect(readFileSync(file).equals(body)).toBe(true);
});

test("a connection that breaks off is taken up again", async () => {
  let requests = 0;
  const breaking: RequestListener = (request, response) => {
    if (requests++ > 0) return honest(request, response);
    response.writeHead(200, { "content-length": body.length });
    response.write(body.subarray(0, 50_000), () => response.destroy());
  };
  const file = path.join(temporaryFolder(), "file");
  await download(await serve(breaking), file, sha256);
  expect(requests).toBe(2);
  expect(readFileSync(file).equals(body)).toBe(true);
});

test("a file with the wrong checksum is refused and removed", async () => {
  const file = path.join(temporaryFolder(), "file");
  writeFileSync(`${file}.part`, "half-written rubbish from another time");
  await expect(download(await serve(honest), file, sha256)).rejects.toThrow(/SHA-256 is [0-9a-f]{64}, expected/);
  expect(existsSync(file) || existsSync(`${file}.part`)).toBe(false);
  await download(await serve(honest), file, sha256);
  expect(readFileSync(file).equals(body)).toBe(true);
});

test("without a server the message says what to do", async () => {
  const file = path.join(temporaryFolder(), "file");
  await expect(download("http://127.0.0.1:9/file", file, sha256, "the thing")).rejects.toThrow(
    /the download of the thing did not finish[\s\S]*why:[\s\S]*fix:[\s\S]*the download continues where it stopped/,
  );
  expect(existsSync(file)).toBe(false);
});

test("a file that is there and right is not fetched", async () => {
  const file = path.join(temporaryFolder(), "file");
  writeFileSync(file, body);
  await download("http://127.0.0.1:9/file", file, sha256);
});
