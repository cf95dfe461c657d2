import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { jit } from "../../src/jit/jit";
import { nativeBackend } from "../../src/jit/native-backend";
import { tf } from "../../src/runtime/tensorflow";

afterEach(() => void vi.restoreAllMocks());

/** Compiles a new function and returns the folder that its graph was loaded from. */
function folderOf(factor: number): string {
  const load = vi.spyOn(nativeBackend().binding, "loadSavedModel");
  const times = jit((x: tf.Tensor) => x.mul(factor));
  expect(times(tf.scalar(2)).dataSync()[0]).toBe(2 * factor);
  times.dispose();
  return load.mock.lastCall![0];
}

test("graphs are loaded from one folder, since TensorFlow keeps statistics of each; it is gone after loading", () => {
  const folder = folderOf(11);
  expect(existsSync(folder)).toBe(false);
  expect(folderOf(12)).toBe(folder);
  expect(existsSync(folder)).toBe(false);
});

test("a folder that somebody else has made is not used", () => {
  const folder = folderOf(13);
  mkdirSync(folder);
  try {
    const other = folderOf(14);
    expect(other).not.toBe(folder);
    expect(existsSync(folder)).toBe(true);
  } finally {
    rmdirSync(folder);
  }
});
