import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // A TensorFlow process holds gigabytes and uses every core: one worker at a time keeps timings and memory honest.
    pool: "forks",
    maxWorkers: 1,
    // Set at the start of the worker: vitest keeps a copy of process.env that the native library does not see.
    env: { TF_CPP_MIN_LOG_LEVEL: "3" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
