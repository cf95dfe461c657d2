// The VAE of notebook 03 with convolutional networks, beside its multilayer perceptron, both trained for the same number of epochs; and
// the hierarchical VAE of notebook 10 with the same convolutional networks:
//   node notebooks/long-runs/convolutional-vae.mjs [--models mlp,convolutional] [--seed 1] [--epochs 12] [--train 55000] … [--out file.json]
//   node notebooks/long-runs/convolutional-vae.mjs --models hierarchical [--top 16] [--between 256] [--warm-up 3] … [--out file.json]
// The epoch to keep is chosen by the 5,000 digits held out of the training file; the test digits are measured once, at the end.
// The file holds samples and reconstructions as bytes in base64, 784 per picture, which imageGrid() draws with range: [0, 255].
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { lab } from "./lab.mjs";
import { toBytes } from "./pictures.mjs";

const { tf } = lab;

const { values: given } = parseArgs({
  options: {
    models: { type: "string", default: "mlp,convolutional" },
    seed: { type: "string", default: "1" },
    train: { type: "string", default: "55000" },
    epochs: { type: "string", default: "12" },
    batch: { type: "string", default: "125" },
    rate: { type: "string", default: "2e-3" },
    latent: { type: "string", default: "32" },
    filters: { type: "string", default: "32,64" },
    "residual-blocks": { type: "string", default: "0" },
    hidden: { type: "string", default: "256" },
    top: { type: "string", default: "16" },
    between: { type: "string", default: "256" },
    "warm-up": { type: "string", default: "3" },
    test: { type: "string", default: "yes" },
    out: { type: "string" },
  },
});
const [seed, epochs, batchSize, rate, latentDim] = [
  given.seed,
  given.epochs,
  given.batch,
  given.rate,
  given.latent,
].map(Number);
const [SAMPLES, DRAWS, SHOWN] = [64, 50, 8];
const digits = await lab.mnist({ train: Number(given.train), pixels: "binary", seed });
const { train, validation, test } = digits;

/** The model of notebook 03, and models with convolutional networks. */
function makeModel(name) {
  const options = { dataShape: 784, seed };
  if (name === "mlp") return lab.vae({ ...options, latentDim, hidden: [512] });
  if (name === "convolutional") return lab.vae({ ...options, latentDim, ...networks() });
  const latentDims = [latentDim, Number(given.top)];
  return lab.hierarchicalVae({ ...options, latentDims, between: [Number(given.between)], ...networks() });
}

function networks() {
  const shared = {
    imageShape: [28, 28, 1],
    hidden: [Number(given.hidden)],
    residualBlocks: Number(given["residual-blocks"]),
  };
  const filters = given.filters.split(",").map(Number);
  return {
    encoder: lab.convEncoder({ ...shared, inputs: 784, filters, seed: lab.rng(seed).fold(1) }),
    decoder: lab.convDecoder({
      ...shared,
      inputs: latentDim,
      outputs: 784,
      filters: filters.toReversed(),
      seed: lab.rng(seed).fold(2),
    }),
  };
}

async function measure(model) {
  const { loss, ...terms } = (await lab.evaluate(model, test.images)).elbo;
  const logP = await model.logLikelihood(test.images, { samples: DRAWS, seed });
  const logLikelihood = tf.tidy(() => logP.mean().dataSync()[0]);
  logP.dispose();
  return { testElbo: -loss, ...terms, logLikelihood, draws: DRAWS };
}

const pictures = (model) =>
  tf.tidy(() => {
    const shown = test.images.slice(0, SHOWN);
    return {
      samples: toBytes(model.sample(SAMPLES, { seed })),
      originals: toBytes(shown),
      reconstructions: toBytes(model.reconstruct(shown)),
      ...(model.sampleBelow && { below: toBytes(redrawn(model, shown)) }),
    };
  });

/** For each digit, eight drawings that share its code in the upper layer. */
const redrawn = (model, shown) =>
  tf.concat(
    model
      .embed(shown.slice(0, 4), 2)
      .unstack()
      .map((z, i) => model.sampleBelow(2, z.expandDims(0).tile([8, 1]), { seed: seed + i })),
  );

for (const name of given.models.split(",")) {
  const model = makeModel(name);
  const history = await lab.fit(model, train.images, {
    epochs,
    batchSize,
    seed,
    learningRate: lab.cosineDecay({ from: rate, to: rate / 20 }),
    ...(name === "hierarchical" && { schedules: { beta: lab.linearWarmup({ epochs: Number(given["warm-up"]) }) } }),
    validation: validation.images,
    restoreBest: true,
    progress: false,
    onEpoch: ([row]) => console.error(name, row.epoch, row.bound.toFixed(2), row.validation_bound.toFixed(2)),
  });
  const row = {
    name,
    seed,
    parameters: model.variables().reduce((sum, { size }) => sum + size, 0),
    seconds: history.seconds,
    bestEpoch: history.bestEpoch,
    validationElbo: history.rows.map((epoch) => epoch.validation_bound),
    metrics: given.test === "yes" ? await measure(model) : {},
  };
  console.log(JSON.stringify(row));
  if (given.out) {
    const kept = existsSync(given.out) ? JSON.parse(readFileSync(given.out, "utf8")) : { rows: [], pictures: {} };
    const { out: _, models: __, test: ___, ...settings } = given;
    const rows = [...kept.rows, row];
    const all = { settings, rows, pictures: { ...kept.pictures, [name]: pictures(model) } };
    writeFileSync(given.out, `${JSON.stringify(all)}\n`);
  }
  model.dispose();
}
