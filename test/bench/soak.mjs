// Checks for leaks: 50,000 compiled steps of one small VAE, then 1,000 models of 40 sizes, one after the other.
//
//   npm run build && node --expose-gc test/bench/soak.mjs [steps] [models]
//
// Prints the numbers of tensors, data buffers and loaded graphs and the resident memory ten times each, and fails if they grow.
//
// The first fifth of each part is a warm-up, in which TensorFlow's allocator and V8's heap settle. After that, the numbers must not
// change, and resident memory must not grow by more than 100 bytes per step or 20 kB per model. A leak of one scalar tensor per
// step (a JavaScript object, an entry in two maps, a native handle and a buffer) costs more than 500 bytes, and a graph that stays
// loaded several hundred kB.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { fit, rng, tf, vae } = require("../../dist/index.js");

const [steps, models] = [Number(process.argv[2] ?? 50_000), Number(process.argv[3] ?? 1000)];
const [examples, pixels] = [8192, 64];
const data = tf.tidy(() => rng(1).bernoulli(tf.fill([examples, pixels], 0.3)));

if (steps > 0) await manySteps();
if (models > 0) await manyModels();

async function manySteps() {
  const batchSize = 32;
  const stepsPerEpoch = examples / batchSize;
  const epochs = Math.ceil(steps / stepsPerEpoch);
  const watch = watchMemory("step", steps, 100);
  const model = vae({ dataShape: pixels, latentDim: 4, hidden: [32] });
  await fit(model, data, {
    epochs,
    batchSize,
    progress: false,
    schedules: { beta: ({ step }) => Math.min(1, step / 1000) },
    clipNorm: 10,
    onEpoch: ([{ step }]) => watch.sample(step),
  });
  model.dispose();
  watch.judge();
}

async function manyModels() {
  const watch = watchMemory("model", models, 20_000);
  const small = data.slice(0, 256);
  for (let i = 1; i <= models; i++) {
    const model = vae({ dataShape: pixels, latentDim: 4, hidden: [8 + (i % 40)], seed: i });
    await fit(model, small, { epochs: 2, batchSize: 32, progress: false, seed: i, validation: small });
    model.dispose();
    watch.sample(i);
  }
  small.dispose();
  watch.judge();
}

/** Counts what the process holds after each of many steps or models. */
function watchMemory(unit, count, allowedBytes) {
  const samples = [];
  const start = performance.now();
  let reported = 0;
  return {
    sample(at) {
      globalThis.gc?.();
      const { numTensors: tensors, numDataBuffers: buffers } = tf.memory();
      const graphs = tf.backend().getNumOfSavedModels();
      const { rss } = process.memoryUsage();
      samples.push({ at, tensors, buffers, graphs, rss });
      if (at < ((reported + 1) * count) / 10) return;
      reported++;
      const megabytes = (rss / 2 ** 20).toFixed(1);
      console.log(
        `${unit} ${at}: ${tensors} tensors, ${buffers} data buffers, ${graphs} graphs, ${megabytes} MiB resident`,
      );
    },
    judge() {
      const settled = samples.filter(({ at }) => at > count / 5);
      const slope = slopeOf(settled.map(({ at, rss }) => [at, rss]));
      const pace = (samples.at(-1).at / ((performance.now() - start) / 1000)).toFixed(0);
      console.log(
        `${samples.at(-1).at} ${unit}s, ${pace} per second; resident memory ${slope.toFixed(1)} bytes per ${unit}`,
      );
      const counts = new Set(settled.map(({ tensors, buffers, graphs }) => `${tensors} ${buffers} ${graphs}`));
      if (counts.size > 1) fail("the number of tensors, buffers or graphs changed");
      if (!(slope <= allowedBytes)) fail(`resident memory grew by more than ${allowedBytes} bytes per ${unit}`);
    },
  };
}

/** The median slope over all pairs of points (Theil 1950; Sen 1968). A single jump does not count as growth. */
function slopeOf(points) {
  const slopes = points.flatMap(([x, y], i) => points.slice(i + 1).map(([a, b]) => (b - y) / (a - x)));
  return slopes.sort((a, b) => a - b)[slopes.length >> 1];
}

function fail(why) {
  console.error(`failed: ${why}`);
  process.exitCode = 1;
}
