import path from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { installed, root, runNode } from "./sandbox";

// A slow machine is not a failure.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** The versions of test/setup/nodes/package.json, and the Node of this process. */
const versions = ["22", "24", "26"];
const folder = path.join(root, ".cache/nodes");
const binary = (version: string) => path.join(folder, "node_modules", `node-${version}`, "bin/node");
const here = process.platform === "linux" && process.arch === "x64";

/** One compiled training step of a small VAE; prints its loss. */
const trainOneStep = `
  const { fit, vae, rng, tf } = require(${JSON.stringify(path.join(root, "dist/index.js"))});
  const x = rng(1).bernoulli(tf.fill([64, 12], 0.3));
  const model = vae({ dataShape: 12, latentDim: 2, hidden: [8] });
  fit(model, x, { epochs: 1, batchSize: 64, progress: false }).then((history) => console.log("loss", history.column("loss")[0]));`;

describe.skipIf(!here)("elbo-lab works under every supported Node (binaries for Linux on x64)", () => {
  beforeAll(async () => {
    await installed("nodes");
  });

  test.each(versions)("Node %s: the doctor finds nothing wrong", async (version) => {
    const { status, output } = await runNode([path.join(root, "bin/elbo-lab.mjs"), "doctor"], {
      node: binary(version),
    });
    expect(output).toMatch(new RegExp(`✓ Node +v${version}\\.`));
    expect(output).toMatch(/✓ TensorFlow addon for Node +TensorFlow/);
    expect(output).not.toMatch(/✗/);
    expect(status).toBe(0);
  });

  test("a training step gives the same loss under each, and stderr stays empty", async () => {
    const losses: string[] = [];
    for (const node of [process.execPath, ...versions.map(binary)]) {
      const { status, output } = await runNode(["-e", trainOneStep], { node });
      expect(output).toMatch(/^loss \d+\.\d+\n$/);
      expect(status).toBe(0);
      losses.push(output);
    }
    expect(new Set(losses).size).toBe(1);
  });
});
