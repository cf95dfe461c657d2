// This library as one row of the benchmark, in a process of its own: a JSON command a line on stdin, an answer a line on
// stdout. The same protocol as peers/protocol.py.
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { epochExamples } from "./cases.mjs";
import { convVae, importanceWeighted, mlpVae } from "./library-models.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const load = createRequire(path.join(root, "package.json"));
const { fit, mnist, rng, tf } = load("./dist/index.js");
// The very steps that `fit` takes, as many in a run.
const { trainingSteps } = load("./dist/training/steps.js");
const { runsOf } = load("./dist/training/runs.js");
const { suitsXla } = load("./dist/training/suits-xla.js");
const { minimizer } = load("./dist/training/minimizer.js");
const { readTensorFile, writeTensorFile } = load("./dist/runtime/tensor-file.js");

const inputs = { learningRate: 1e-3, schedules: {} };
const compilation = { eager: { compile: false, xla: false }, jit: { compile: true, xla: false } };
compilation.xla = { compile: true, xla: true };

/** The epochs of the fit whose steps are timed: `fit` chooses by how many steps there are. */
const epochsOfFit = 10;

/** How steps are computed: as `mode` says, or as `fit` decides for this model and batch size. */
const compilationOf = (mode, batch) =>
  mode === "fit"
    ? { compile: true, xla: (trace) => suitsXla(trace, epochsOfFit * Math.floor(epochExamples / batch)) }
    : compilation[mode];

function makeModel({ network, k, data, hidden, latent }, weights) {
  const model = network === "mlp" ? mlpVae({ data, hidden, latent }) : convVae({ latent });
  if (weights) reset(model, weights);
  return k === 1 ? model : importanceWeighted(model, k);
}

function reset(model, weights) {
  model.variables().forEach((variable, i) => {
    variable.assign(weights[`weight_${i}`]);
  });
}

/** A stream whose draws are given: every row then computes the same numbers. */
function fixedStream(noise) {
  const stream = {
    fold: () => stream,
    split: (count) => Array(count).fill(stream),
    normal: (shape) => noise.reshape(shape),
  };
  return stream;
}

const withNoise = (phases, noise) =>
  phases.map((phase) => ({
    ...phase,
    loss: (batch, context) => phase.loss(batch, { ...context, rng: fixedStream(noise) }),
  }));

/** Steps over batches in a given order. */
function makeSteps(phases, images, batches, how) {
  const made = minimizer(phases, () => tf.train.adam(1e-3), undefined);
  const { key } = rng(0);
  const [{ length }] = batches;
  const runs = runsOf(Number.MAX_SAFE_INTEGER, length, 1);
  const running = trainingSteps(phases, { x: images }, key, made.minimize, { ...how, longestRun: runs.longest });
  const take = (first, run) => {
    const indices = new Int32Array(run.count * length);
    for (let i = 0; i < run.count; i++) indices.set(batches[(first + i) % batches.length], i * length);
    const values = runs.timed(run, () => running.run(indices, first, Array(run.count).fill(inputs)));
    return values.map((phases) => Object.values(phases)[0].loss);
  };
  return {
    /** @returns {number[]} the losses */
    take(first, count) {
      const losses = [];
      while (losses.length < count) {
        losses.push(...take(first + losses.length, runs.next((count - losses.length) * length)));
      }
      return losses;
    },
    dispose() {
      running.dispose();
      made.dispose();
      key.dispose();
    },
  };
}

function batchesOf(order, size) {
  const indices = order.dataSync();
  return Array.from({ length: Math.floor(indices.length / size) }, (_, i) => indices.slice(i * size, (i + 1) * size));
}

let row;

const commands = {
  /** Writes what all rows share: images in an order, and for each case initial weights and noise. */
  async write({ examples, files }) {
    const data = await mnist({ train: examples, validation: 0, pixels: "binary", seed: 0 });
    const order = rng(1).permutation(examples);
    writeTensorFile(files.data, { tensors: { images: data.train.images, order }, metadata: {} });
    for (const { case: of, weights, noise } of files.cases) {
      const drawn = rng(2).normal([of.k, of.batch, of.latent]);
      writeTensorFile(noise, { tensors: { noise: drawn }, metadata: {} });
      const tensors = makeModel(of).variables();
      const named = Object.fromEntries(tensors.map((variable, i) => [`weight_${i}`, variable]));
      writeTensorFile(weights, { tensors: named, metadata: {} });
    }
    return {};
  },

  load({ mode, case: of, files, checks }) {
    const start = performance.now();
    row?.steps.dispose();
    const { images, order } = readTensorFile(files.data).tensors;
    const weights = readTensorFile(files.weights).tensors;
    const { noise } = readTensorFile(files.noise).tensors;
    const model = makeModel(of, weights);
    const batches = batchesOf(order, of.batch);
    const how = compilationOf(mode, of.batch);
    const fixed = makeSteps(withNoise(model.phases, noise), images, batches, how);
    const losses = fixed.take(0, checks);
    fixed.dispose();
    reset(model, weights);
    row = { steps: makeSteps(model.phases, images, batches, how), taken: 0 };
    const versions = { node: process.versions.node, tfjs: tf.version.tfjs };
    const parameters = model.variables().reduce((sum, { size }) => sum + size, 0);
    return { checks: losses, seconds: (performance.now() - start) / 1000, versions, parameters };
  },

  run({ steps }) {
    const start = performance.now();
    const losses = row.steps.take(row.taken, steps);
    row.taken += steps;
    const ms = (performance.now() - start) / steps;
    const last = losses.slice(-Math.max(1, Math.floor(steps / 4)));
    return { ms, last: losses.at(-1), loss: last.reduce((sum, loss) => sum + loss, 0) / last.length };
  },

  memory: () => ({ peak: process.resourceUsage().maxRSS * 1024 }),

  matmul({ m, k, n, seconds }) {
    const [a, b] = [tf.randomNormal([m, k]), tf.randomNormal([k, n])];
    const ms = bestTime(() => tf.matMul(a, b).dispose(), seconds);
    tf.dispose([a, b]);
    return { ms };
  },

  /**
   * Epochs through `fit` and the same number of bare steps, in turns: `fit` is held up at the end of every epoch while the
   * bare steps run. Its display is drawn as in a notebook, into a front end that only writes it out.
   */
  async epochs({ case: of, examples, epochs }) {
    let shown = 0;
    globalThis[Symbol.for("elbo-lab.frontEnd")] = {
      display: (bundle) => {
        shown += JSON.stringify(bundle).length;
      },
      interruptSignal: new AbortController().signal,
    };
    const data = await mnist({ train: examples, validation: 0, pixels: "binary", seed: 0 });
    const { images } = data.train;
    const bare = makeModel(of);
    const batches = batchesOf(rng(1).permutation(examples), of.batch);
    const steps = makeSteps(bare.phases, images, batches, compilation.xla);
    const times = { fit: [], bare: [] };
    const count = batches.length;
    let start = performance.now();
    await fit(makeModel(of), images, {
      epochs: epochs + 1,
      batchSize: of.batch,
      xla: true,
      onEpoch(_, { epoch = times.fit.length } = {}) {
        times.fit.push((performance.now() - start) / count);
        start = performance.now();
        steps.take(epoch * count, count);
        times.bare.push((performance.now() - start) / count);
        start = performance.now();
      },
    });
    steps.dispose();
    data.dispose();
    // The first epoch traces and compiles.
    return { fit: times.fit.slice(1), bare: times.bare.slice(1), steps: count, shown };
  },
};

function bestTime(call, seconds) {
  call();
  let best = Number.POSITIVE_INFINITY;
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; ) {
    const start = performance.now();
    for (let i = 0; i < 5; i++) call();
    best = Math.min(best, (performance.now() - start) / 5);
  }
  return best;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...args } = JSON.parse(line);
  let answer;
  try {
    answer = await commands[command](args);
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
