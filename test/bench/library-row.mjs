// This library as a row of the benchmark. It answers the same commands as peers/protocol.py. library-worker.mjs runs it in plain
// Node, and kernel-worker.mjs in the notebook kernel.
import { EventEmitter, once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { stepsOfFit } from "./cases.mjs";
import { convVae, importanceWeighted, mlpVae } from "./library-models.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const load = createRequire(path.join(root, "package.json"));
const { fit, mnist, rng, tf } = load("./dist/index.js");
// These are the steps of `fit`, and `runsOf` decides how many of them run in one call, as in `fit`.
const { trainingSteps } = load("./dist/training/steps.js");
const { runsOf } = load("./dist/training/runs.js");
const { suitsXla } = load("./dist/training/suits-xla.js");
const { minimizer } = load("./dist/training/minimizer.js");
const { readTensorFile, writeTensorFile } = load("./dist/runtime/tensor-file.js");

const inputs = { learningRate: 1e-3, schedules: {} };
const compilation = { eager: { compile: false, xla: false }, jit: { compile: true, xla: false } };
compilation.xla = { compile: true, xla: true };

/** How to compute steps: as the mode says. For "fit", as `fit` decides for this model and batch size. */
const compilationOf = (mode, batch) =>
  mode === "fit" ? { compile: true, xla: (trace) => suitsXla(trace, stepsOfFit(batch)) } : compilation[mode];

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

/** A stream that always returns the given draws, so all rows compute the same losses. */
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

/** Training steps on the given batches, in order. */
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
    /** Takes `count` steps. @returns {number[]} their losses */
    take(first, count) {
      const losses = [];
      while (losses.length < count) {
        losses.push(...take(first + losses.length, runs.next((count - losses.length) * length)));
      }
      return losses;
    },
    xla: () => running.xla(),
    dispose() {
      running.dispose();
      made.dispose();
      key.dispose();
    },
  };
}

/**
 * A fit that takes turns with other rows. After the requested epochs, it waits until more are requested.
 *
 * @param options options of `fit`, with the XLA choice that a fit of `stepsOfFit` steps would make
 */
function fitInTurns(model, images, options) {
  const events = new EventEmitter();
  let running;
  const start = () =>
    fit(model, images, {
      ...options,
      epochs: 1_000_000,
      async onEpoch([{ loss }], { stop }) {
        events.emit("trained", loss);
        const [goesOn] = await once(events, "continue");
        if (!goesOn) stop();
      },
    });
  return {
    /** Trains for some epochs. @returns {Promise<number>} the loss of the last epoch */
    async take(epochs) {
      let loss;
      for (let i = 0; i < epochs; i++) {
        const trained = once(events, "trained");
        if (running === undefined) running = start();
        else events.emit("continue", true);
        [loss] = await Promise.race([trained, running]);
      }
      return loss;
    },
    stop: () => events.emit("continue", false),
  };
}

function batchesOf(order, size) {
  const indices = order.dataSync();
  return Array.from({ length: Math.floor(indices.length / size) }, (_, i) => indices.slice(i * size, (i + 1) * size));
}

/** The pixels in the middle of each image. */
const pixelsOf = (images, count) => tf.slice(images, [0, (images.shape[1] - count) >> 1], [-1, count]);

/** A fit that continues training the model of the bare steps, with the same choice of XLA. */
function fitOf({ steps, model, images, batches }) {
  const xla = steps.xla();
  const batchSize = batches[0].length;
  return fitInTurns(model, tf.slice(images, 0, batches.length * batchSize), { batchSize, xla });
}

let row;

const commands = {
  /** Writes the inputs that all rows share: the images and their order, and the initial weights and noise of each case. */
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
    row?.fit?.stop();
    const { images: all, order } = readTensorFile(files.data).tensors;
    const images = pixelsOf(all, of.data);
    const weights = readTensorFile(files.weights).tensors;
    const { noise } = readTensorFile(files.noise).tensors;
    const model = makeModel(of, weights);
    const batches = batchesOf(order, of.batch);
    const how = compilationOf(mode, of.batch);
    const fixed = makeSteps(withNoise(model.phases, noise), images, batches, how);
    const losses = fixed.take(0, checks);
    fixed.dispose();
    reset(model, weights);
    row = { steps: makeSteps(model.phases, images, batches, how), taken: 0, model, images, batches };
    const versions = { node: process.versions.node, tfjs: tf.version.tfjs };
    const parameters = model.variables().reduce((sum, { size }) => sum + size, 0);
    const seconds = (performance.now() - start) / 1000;
    return { checks: losses, seconds, versions, parameters, pid: process.pid };
  },

  /** Takes the first step, which traces and compiles. */
  first() {
    const start = performance.now();
    row.steps.take(row.taken++, 1);
    return { seconds: (performance.now() - start) / 1000 };
  },

  /** Runs whole epochs of `fit`, with about the given number of steps. */
  async fit({ steps }) {
    const perEpoch = row.batches.length;
    const epochs = Math.max(1, Math.round(steps / perEpoch));
    row.fit ??= fitOf(row);
    const start = performance.now();
    const loss = await row.fit.take(epochs);
    return { ms: (performance.now() - start) / (epochs * perEpoch), loss };
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
   * Fits equal models with different seeds, one after the other. Returns the seconds of each fit, and the seconds until its first
   * step is done.
   */
  async sweep({ case: of, examples, fits, epochs }) {
    const data = await mnist({ train: examples, validation: 0, pixels: "binary", seed: 0 });
    const images = pixelsOf(data.train.images, of.data);
    const found = { total: [], first: [] };
    for (let seed = 0; seed < fits; seed++) {
      const model = mlpVae({ ...of, seed });
      const start = performance.now();
      const since = () => (performance.now() - start) / 1000;
      let first;
      // The schedule is evaluated before every run of steps, so the first step is done at the first value after step 0.
      const learningRate = ({ step }) => {
        if (step > 0) first ??= since();
        return 1e-3;
      };
      await fit(model, images, { epochs, batchSize: of.batch, seed, learningRate, progress: false });
      found.total.push(since());
      found.first.push(first);
      model.dispose();
    }
    tf.dispose(images);
    data.dispose();
    return found;
  },

  /**
   * Alternates between an epoch of `fit` and the same number of bare steps. `fit` waits at the end of every epoch while the bare
   * steps run. It shows its display as in a notebook, in a front end that only serializes it.
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

/** Answers a command. Both are JSON. @param {string} line */
export async function answer(line) {
  const { command, ...args } = JSON.parse(line);
  try {
    return JSON.stringify(await commands[command](args));
  } catch (error) {
    return JSON.stringify({ error: String(error) });
  }
}
