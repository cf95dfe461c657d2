import { afterAll, expect, test } from "vitest";
import { vae } from "../../src/models/vae";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";

const model = vae({ dataShape: 6, latentDim: 2, hidden: [8], seed: 1 });
const x = tf.tidy(() => rng(2).bernoulli(tf.fill([40, 6], 0.3)));
afterAll(() => tf.disposeVariables());

test("logLikelihood() stops when it is interrupted, leaves no tensors behind, and works afterward", async () => {
  const before = await model.logLikelihood(x, { samples: 50 });
  const { numTensors } = tf.memory();
  const stop = new AbortController();
  const running = model.logLikelihood(x, { samples: 10_000_000, signal: stop.signal });
  setTimeout(() => stop.abort("enough"), 50);
  await expect(running).rejects.toBe("enough");
  expect(tf.memory().numTensors).toBe(numTensors);
  const after = await model.logLikelihood(x, { samples: 50 });
  expect([...after.dataSync()]).toEqual([...before.dataSync()]);
});
