import { defineConfig } from "vitest/config";

/** Tests that drive kernels, notebooks, browsers and set-ups take minutes: `npm run test:unit` leaves them out. */
const system = [
  "test/setup/**",
  "test/kernel/**",
  "test/notebook/**",
  "test/browser/**",
  "test/bench/**",
  "test/training/system/**",
  "test/search/system/**",
].map((folder) => `${folder}/*.test.ts`);

export default defineConfig({
  test: {
    // A TensorFlow process holds gigabytes and uses every core: one worker at a time keeps timings and memory honest.
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    projects: [
      { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"], exclude: system } },
      { extends: true, test: { name: "system", include: system } },
    ],
  },
});
