import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { expect, test } from "vitest";
import { openGraphSession } from "../../src/jit/graph-session";

/** The folder that a graph is loaded from, which TensorFlow names when it cannot read the graph. */
function folderInUse(): string {
  try {
    openGraphSession(new Uint8Array(64).fill(255));
  } catch (error) {
    const [folder] = /\/\S*elbo-lab-jit-\w+/.exec((error as Error).message) ?? [];
    if (folder !== undefined) return folder;
    throw error;
  }
  throw new Error("bytes that are not a graph were loaded");
}

test("graphs are loaded from one folder, since TensorFlow keeps statistics of each; it is gone after loading", () => {
  const folder = folderInUse();
  expect(existsSync(folder)).toBe(false);
  expect(folderInUse()).toBe(folder);
  expect(existsSync(folder)).toBe(false);
});

test("a folder that somebody else has made is not used", () => {
  const folder = folderInUse();
  mkdirSync(folder);
  try {
    expect(folderInUse()).not.toBe(folder);
    expect(existsSync(folder)).toBe(true);
  } finally {
    rmdirSync(folder);
  }
});
