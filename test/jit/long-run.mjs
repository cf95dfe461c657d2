// Trains a small VAE-like model for many compiled steps and checks for leaks: node test/jit/long-run.mjs [steps] [xla]
// Run `npm run build` first. Exits with 1 if the number of tensors or handles or the resident memory grows.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { tf } = require("../../dist/runtime/tensorflow.js");
const { rng } = require("../../dist/runtime/rng.js");
const { jit } = require("../../dist/jit/jit.js");
const { withLearningRate } = require("../../dist/jit/learning-rate.js");

const steps = Number(process.argv[2] ?? 50_000);
const xla = process.argv[3] === "xla";

const data = rng(0).normal([6000, 20]);
const weight = (rows, columns) => tf.variable(rng(rows).normal([rows, columns]).mul(0.1));
const [w1, w2] = [weight(20, 16), weight(8, 20)];
const optimizer = tf.train.adam(1e-3);
const key = rng(1).key;
const loss = (x, noise, beta) => {
  const [mean, logVar] = tf.split(x.matMul(w1), 2, 1);
  const z = mean.add(logVar.mul(0.5).exp().mul(noise.normal(mean.shape)));
  const distortion = z.matMul(w2).sub(x).square().sum(1).mean();
  const rate = mean.square().add(logVar.exp()).sub(logVar).sum(1).mean();
  return distortion.add(rate.mul(beta));
};
const train = jit(
  (indices, step, beta, learningRate) => {
    const x = tf.gather(data, indices);
    const run = () => optimizer.minimize(() => loss(x, rng(key).fold(step), beta), true);
    return withLearningRate(optimizer, learningRate, run);
  },
  { xla, name: "train" },
);
const evaluate = jit((x, step) => loss(x, rng(key).fold(step), 1), { name: "evaluate" });

const measure = () => ({
  tensors: tf.memory().numTensors,
  handles: tf.backend().binding.getNumOfTensors(),
  megabytes: Math.round(process.memoryUsage().rss / 2 ** 20),
});
const line = (step, { tensors, handles, megabytes }, extra = "") =>
  console.log(`step ${step}: ${tensors} tensors, ${handles} handles, ${megabytes} MB resident${extra}`);

let warm;
const start = performance.now();
for (let step = 0; step < steps; step++) {
  tf.tidy(() => {
    const indices = tf.tensor1d(
      Array.from({ length: 32 }, (_, i) => (step * 32 + i * 7) % 6000),
      "int32",
    );
    const value = train(indices, step, Math.min(1, step / 1000), 1e-3 * 0.9999 ** step);
    if (step % 500 === 0) {
      const held = evaluate(data.slice([0, 0], [1000, 20]), step).dataSync()[0];
      if (!Number.isFinite(held + value.dataSync()[0])) throw new Error(`loss ${held} at step ${step}`);
    }
    // Sometimes change a variable eagerly.
    if (step % 777 === 0) w1.assign(w1.mul(0.999));
  });
  // By now, the allocator has seen every kind of step, and memory should no longer grow.
  if (step === Math.floor(steps / 5)) {
    warm = measure();
    line(step, warm);
  }
}
const seconds = (performance.now() - start) / 1000;
const end = measure();
line(
  steps,
  end,
  `, ${((seconds * 1e3) / steps).toFixed(3)} ms per step, ${train.stats.traces} traces, ${train.stats.runs} runs`,
);
const grown = end.tensors > warm.tensors || end.handles > warm.handles || end.megabytes > warm.megabytes + 16;
if (grown || train.stats.traces !== 1 || evaluate.stats.traces !== 1) {
  console.error("Tensors, handles or memory grew, or a function was traced again.");
  process.exitCode = 1;
}
