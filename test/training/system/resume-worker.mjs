// Runs one fit in a process of its own, as `resume.test.ts` describes it, and prints what came of it as JSON.
// Arguments: a JSON object {optimizer, epochs, checkpoint?, resume?, interruptAt?}.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { fit, rng, tf, linearWarmup, cosineDecay } = require("../../../dist/index.js");
const { dropout } = require("../../../dist/networks/dropout.js");

const { optimizer, interruptAt, ...options } = JSON.parse(process.argv[2]);

// On a clock that is always late, a run takes one step, so that an interrupt comes right after the step that is asked for.
let late = 0;
if (interruptAt !== undefined) performance.now = () => (late += 1000);

const optimizers = {
  sgd: (rate) => tf.train.sgd(rate),
  momentum: (rate) => tf.train.momentum(rate, 0.9),
  nesterov: (rate) => tf.train.momentum(rate, 0.9, true),
  adagrad: (rate) => tf.train.adagrad(rate),
  adadelta: (rate) => tf.train.adadelta(rate),
  adam: (rate) => tf.train.adam(rate),
  adamax: (rate) => tf.train.adamax(rate, 0.9, 0.999, 1e-7, 0.1),
  rmsprop: (rate) => tf.train.rmsprop(rate, 0.9, 0.5),
};

/** A classifier with dropout and batch normalization, so that noise and moving averages must be restored as well. */
function makeModel() {
  const hidden = tf.layers.dense({ units: 8, inputShape: [6], activation: "tanh" });
  const norm = tf.layers.batchNormalization();
  const output = tf.layers.dense({ units: 1 });
  const network = tf.sequential({ layers: [hidden, norm, dropout({ rate: 0.3 }), output] });
  tf.tidy(() => {
    const draws = rng(7);
    for (const layer of [hidden, output]) {
      layer.setWeights(layer.getWeights().map(({ shape }) => draws.normal(shape).mul(0.4)));
    }
  });
  const read = (weights) => weights.map((weight) => weight.read());
  return {
    variables: () => read(network.weights),
    phases: [
      {
        name: "classify",
        variables: () => read(network.trainableWeights),
        loss({ x, y }, { rng, training, schedules }) {
          const logits = network.apply(x, { training, rng }).reshape([-1]);
          const target = y.toFloat().mul(tf.sub(1, schedules.smoothing));
          const nats = tf
            .maximum(logits, 0)
            .sub(logits.mul(target))
            .add(tf.log1p(tf.exp(tf.abs(logits).neg())));
          return { loss: nats.mean(), terms: { nats } };
        },
      },
    ],
  };
}

const makeData = (examples, seed) =>
  tf.tidy(() => {
    const x = rng(seed).normal([examples, 6]);
    return {
      x,
      y: x
        .slice([0, 0], [-1, 1])
        .greater(x.slice([0, 1], [-1, 1]))
        .reshape([examples])
        .toInt(),
    };
  });

const model = makeModel();
const controller = new AbortController();
let asked = 0;
const history = await fit(model, makeData(50, 1), {
  batchSize: 16,
  optimizer: optimizers[optimizer],
  clipNorm: 0.5,
  validation: makeData(20, 2),
  patience: 3,
  seed: 5,
  xla: false,
  progress: false,
  signal: controller.signal,
  // An interrupt comes when the event loop has a moment; here it comes at a step that is known.
  learningRate: (at) => {
    if (interruptAt !== undefined && at.step === interruptAt && ++asked === 1) controller.abort();
    return cosineDecay({ from: 0.05 })({ ...at, epochs: 10 });
  },
  schedules: { smoothing: linearWarmup({ from: 0.2, to: 0, epochs: 3 }) },
  ...options,
});

console.log(
  JSON.stringify({
    variables: model.variables().map((variable) => [...variable.dataSync()]),
    rows: history.rows.map(({ seconds, ...row }) => row),
    stopReason: history.stopReason,
    steps: history.steps,
    bestEpoch: history.bestEpoch,
  }),
);
