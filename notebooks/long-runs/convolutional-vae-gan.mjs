// The VAE-GAN of notebook 09 with convolutional networks. First a VAE is trained and measured. Then a VAE-GAN continues with the VAE's
// encoder and decoder, so the discriminator judges pictures that are already digits, only blurred:
//   node notebooks/long-runs/convolutional-vae-gan.mjs [--seed 1] [--vae-epochs 8] [--epochs 6] [--train 55000] … [--out file.json]
// Settings are chosen with --reference validation, the 5,000 digits held out of the training file; the test digits are measured once.
// The file holds samples and reconstructions as bytes in base64, 784 per picture, which imageGrid() draws with range: [0, 255].
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { lab } from "./lab.mjs";
import { toBytes } from "./pictures.mjs";

const { tf } = lab;

const { values: given } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    train: { type: "string", default: "55000" },
    "vae-epochs": { type: "string", default: "8" },
    epochs: { type: "string", default: "6" },
    batch: { type: "string", default: "125" },
    "vae-rate": { type: "string", default: "2e-3" },
    rate: { type: "string", default: "5e-4" },
    momentum: { type: "string", default: "0.5" },
    latent: { type: "string", default: "16" },
    filters: { type: "string", default: "16,32" },
    hidden: { type: "string", default: "128" },
    features: { type: "string", default: "1" },
    pixels: { type: "string", default: "0.1" },
    adversarial: { type: "string", default: "5" },
    "discriminator-rate": { type: "string", default: "1" },
    "generator-rate": { type: "string", default: "1" },
    reference: { type: "string", default: "test" },
    out: { type: "string" },
  },
});
const numbers = (list) => list.split(",").map(Number);
const [seed, batchSize, latentDim] = [given.seed, given.batch, given.latent].map(Number);
const [SAMPLES, MEASURED, SHOWN, SURE] = [64, 5000, 8, 0.9];
const imageShape = [28, 28, 1];
const digits = await lab.mnist({ train: Number(given.train), pixels: "gray", seed });
const reference = digits[given.reference].images.slice(0, MEASURED);

const shared = { imageShape, hidden: numbers(given.hidden) };
const filters = numbers(given.filters);
const options = { dataShape: 784, latentDim, likelihood: lab.bernoulliLikelihood({ values: "gray" }), seed };

const makeVae = () =>
  lab.vae({
    ...options,
    encoder: lab.convEncoder({ ...shared, inputs: 784, filters, seed: lab.rng(seed).fold(1) }),
    decoder: lab.convDecoder({
      ...shared,
      inputs: latentDim,
      outputs: 784,
      filters: filters.toReversed(),
      seed: lab.rng(seed).fold(2),
    }),
  });

const makeVaeGan = ({ encoder, decoder }) =>
  lab.vaeGan({
    ...options,
    encoder,
    decoder,
    discriminator: lab.convEncoder({ ...shared, inputs: 784, filters, activation: "elu", seed: lab.rng(seed).fold(3) }),
    lossWeights: {
      features: Number(given.features),
      pixels: Number(given.pixels),
      adversarialLoss: Number(given.adversarial),
    },
    learningRateScales: {
      discriminator: Number(given["discriminator-rate"]),
      generator: Number(given["generator-rate"]),
    },
  });

/** A classifier of digits, whose last hidden layer has the features for the Fréchet distance. */
async function trainClassifier() {
  const network = lab.convEncoder({ inputs: 784, imageShape, filters: [16, 32], hidden: [32], seed: 5 });
  const likelihood = lab.categoricalLikelihood({ classes: 10 });
  const model = lab.predictor({ dataShape: 784, network, likelihood, seed: 5 });
  const labels = digits.train.labels.toInt();
  await lab.fit(model, { x: digits.train.images, y: labels }, { epochs: 2, seed: 5, progress: false });
  return { model, features: (x) => inParts(x, (part) => network.apply(part)) };
}

/** A function of at most 1,000 images at a time. */
const inParts = (x, compute) =>
  tf.tidy(() => {
    const starts = Array.from({ length: Math.ceil(x.shape[0] / 1000) }, (_, i) => 1000 * i);
    return tf.concat(starts.map((from) => tf.tidy(() => compute(x.slice(from, Math.min(1000, x.shape[0] - from))))));
  });

const sharpness = (x) =>
  lab.toNumber(() => {
    const images = x.reshape([-1, 28, 28]);
    return images
      .slice([0, 0, 1], [-1, -1, 27])
      .sub(images.slice([0, 0, 0], [-1, -1, 27]))
      .square()
      .mean();
  });

const classifier = await trainClassifier();
const probabilities = (x) => classifier.model.predict(x);
const measure = (x) => {
  const [ours, theirs] = [classifier.features(x), classifier.features(reference)];
  const frechet = lab.frechetDistance(ours, theirs);
  tf.dispose([ours, theirs]);
  const sure = lab.toNumber(() => probabilities(x).max(1).greater(SURE).toFloat().mean());
  return { sharpness: sharpness(x), frechet, sure };
};

function keep(row, pictures) {
  console.log(JSON.stringify(row));
  if (!given.out) return;
  const kept = existsSync(given.out) ? JSON.parse(readFileSync(given.out, "utf8")) : { rows: [], pictures: {} };
  const { out: _, ...settings } = given;
  const all = { settings, rows: [...kept.rows, row], pictures: { ...kept.pictures, [row.name]: pictures } };
  writeFileSync(given.out, `${JSON.stringify(all)}\n`);
}

async function train(name, model, { epochs, rate, optimizer }) {
  const history = await lab.fit(model, digits.train.images, {
    epochs,
    batchSize,
    seed,
    ...(optimizer && { optimizer }),
    learningRate: lab.cosineDecay({ from: rate, to: rate / 20 }),
    progress: false,
    onEpoch: (rows) => console.error(name, rows[0].epoch, JSON.stringify(rows.map(({ epoch, ...rest }) => rest))),
  });
  const samples = model.sample(MEASURED, { seed });
  const shown = reference.slice(0, SHOWN);
  const restored = model.reconstruct(reference);
  const squaredError = lab.toNumber(() => restored.sub(reference).square().sum(1).mean());
  const metrics = { ...measure(samples), squaredError };
  keep(
    { name, seed, epochs, seconds: history.seconds, metrics },
    {
      samples: toBytes(samples.slice(0, SAMPLES)),
      originals: toBytes(shown),
      reconstructions: toBytes(restored.slice(0, SHOWN)),
    },
  );
  tf.dispose([samples, shown, restored]);
}

const vae = makeVae();
const real = digits.train.images.slice(0, MEASURED);
keep({ name: "other real digits", metrics: measure(real) }, { samples: toBytes(real.slice(0, SAMPLES)) });
await train("VAE", vae, { epochs: Number(given["vae-epochs"]), rate: Number(given["vae-rate"]) });
await train("VAE-GAN", makeVaeGan(vae), {
  epochs: Number(given.epochs),
  rate: Number(given.rate),
  optimizer: (learningRate) => tf.train.adam(learningRate, Number(given.momentum)),
});
