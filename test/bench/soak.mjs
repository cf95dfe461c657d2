// Trains a small VAE for 50,000 compiled steps and checks for leaks.
//
//   npm run build && node --expose-gc test/bench/soak.mjs [steps]
//
// Prints the numbers of tensors, data buffers and loaded graphs and the resident memory ten times, and fails if they grow.
//
// The first fifth is a warm-up, in which TensorFlow's allocator and V8's heap settle. After that, the numbers must not change,
// and resident memory must not grow by more than 100 bytes per step. A leak of one scalar tensor per step (a JavaScript object,
// an entry in two maps, a native handle and a buffer) costs more than 500 bytes.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { fit, rng, tf, vae } = require("../../dist/index.js");

const steps = Number(process.argv[2] ?? 50_000);
const allowedBytesPerStep = 100;
const [batch, examples, pixels] = [32, 8192, 64];
const stepsPerEpoch = examples / batch;
const epochs = Math.ceil(steps / stepsPerEpoch);
const epochsPerReport = Math.max(1, Math.floor(epochs / 10));

const model = vae({ dataShape: pixels, latentDim: 4, hidden: [32] });
const data = tf.tidy(() => rng(1).bernoulli(tf.fill([examples, pixels], 0.3)));

const samples = [];
const start = performance.now();
await fit(model, data, {
  epochs,
  batchSize: batch,
  progress: false,
  schedules: { beta: ({ step }) => Math.min(1, step / 1000) },
  clipNorm: 10,
  onEpoch([{ epoch, step }]) {
    globalThis.gc?.();
    samples.push({ step, rss: process.memoryUsage().rss });
    if (epoch % epochsPerReport > 0 && epoch !== epochs) return;
    const { numTensors, numDataBuffers } = tf.memory();
    const graphs = tf.backend().getNumOfSavedModels();
    Object.assign(samples.at(-1), { tensors: numTensors, buffers: numDataBuffers, graphs });
    const megabytes = (samples.at(-1).rss / 2 ** 20).toFixed(1);
    console.log(
      `step ${step}: ${numTensors} tensors, ${numDataBuffers} data buffers, ${graphs} graphs, ${megabytes} MiB resident`,
    );
  },
});

const settled = samples.filter(({ step }) => step > steps / 5);
const reports = settled.filter(({ tensors }) => tensors !== undefined);
const counts = new Set(reports.map(({ tensors, buffers, graphs }) => `${tensors} ${buffers} ${graphs}`));
const slope = slopeOf(settled.map(({ step, rss }) => [step, rss]));
const pace = (samples.at(-1).step / ((performance.now() - start) / 1000)).toFixed(0);
console.log(
  `${samples.at(-1).step} steps, ${pace} per second; resident memory grew by ${slope.toFixed(1)} bytes per step`,
);
if (counts.size > 1) fail("the number of tensors, buffers or graphs changed");
if (!(slope <= allowedBytesPerStep)) fail(`resident memory grew by more than ${allowedBytesPerStep} bytes per step`);

/** The median slope over all pairs of points (Theil 1950; Sen 1968). A single jump does not count as growth. */
function slopeOf(points) {
  const slopes = points.flatMap(([x, y], i) => points.slice(i + 1).map(([a, b]) => (b - y) / (a - x)));
  return slopes.sort((a, b) => a - b)[slopes.length >> 1];
}

function fail(why) {
  console.error(`failed: ${why}`);
  process.exitCode = 1;
}
