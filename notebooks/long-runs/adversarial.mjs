// Codes in the shape of a Gaussian, a ring and a swiss roll: the adversarial autoencoder of notebook 09 on all digits, with larger networks
// and longer training, beside the plain autoencoder:
//   node notebooks/long-runs/adversarial.mjs [--priors Gaussian,ring,swiss roll] [--seeds 1] [--epochs 30] … [--out file.json]
// With --codes yes the file holds the codes of the first 1,000 test digits of the first seed, which notebook 09 draws.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { lab } from "./lab.mjs";

const { tf } = lab;

const { values: given } = parseArgs({
  options: {
    priors: { type: "string", default: "Gaussian,ring,swiss roll" },
    seeds: { type: "string", default: "1" },
    train: { type: "string", default: "50000" },
    epochs: { type: "string", default: "30" },
    batch: { type: "string", default: "128" },
    hidden: { type: "string", default: "256,256" },
    "discriminator-hidden": { type: "string", default: "256,256,256" },
    rate: { type: "string", default: "1e-3" },
    discriminator: { type: "string", default: "3" },
    generator: { type: "string", default: "3" },
    plain: { type: "string", default: "yes" },
    codes: { type: "string", default: "no" },
    out: { type: "string" },
  },
});
const numbers = (list) => list.split(",").map(Number);
const [epochs, batch, rate] = [given.epochs, given.batch, given.rate].map(Number);
const [POINTS, SMALL, PERMUTATIONS] = [1000, 50, 199];
// The shapes of notebook 09.
const priors = {
  Gaussian: lab.gaussianPrior({ latentDim: 2 }),
  ring: lab.ringPrior({ components: 10, radius: 3, stdDev: 0.4 }),
  "swiss roll": lab.swissRollPrior({ radius: 3, turns: 1.5, stdDev: 0.15 }),
};
const data = await lab.mnist({ train: Number(given.train), validation: 0 });
const [test, labels] = [data.test.images.slice(0, POINTS), data.test.labels.slice(0, POINTS).dataSync()];
const shared = { dataShape: 784, latentDim: 2, hidden: numbers(given.hidden) };
const gray = () => lab.bernoulliLikelihood({ values: "gray" });

async function codesOf(model, seed) {
  const history = await lab.fit(model, data.train.images, {
    epochs,
    batchSize: batch,
    seed,
    optimizer: (learningRate) => tf.train.adam(learningRate, 0.5),
    learningRate: lab.cosineDecay({ from: rate, to: rate / 20 }),
    progress: false,
  });
  const squaredError = tf.tidy(() => model.reconstruct(test).sub(test).square().sum(1).mean().dataSync()[0]);
  return { codes: model.embed(test), squaredError, seconds: history.seconds };
}

/** As notebook 09 judges: a test of all points, and how often one of 50 points rejects. */
function judge(codes, prior) {
  return tf.tidy(() => {
    const draws = prior.sample(lab.rng(99), POINTS);
    const { statistic, pValue } = lab.mmdTest(codes, draws, { permutations: PERMUTATIONS, seed: 1 });
    let rejected = 0;
    for (let from = 0; from < POINTS; from += SMALL) {
      const [a, b] = [codes, draws].map((points) => points.slice(from, SMALL));
      if (lab.mmdTest(a, b, { permutations: 99, seed: from }).pValue <= 0.05) rejected++;
    }
    return { mmd: statistic, pValue, rejected: rejected / (POINTS / SMALL) };
  });
}

function keep(name, prior, seed, { codes, squaredError, seconds }) {
  const row = { name, prior, seed, seconds, metrics: { ...judge(codes, priors[prior]), squaredError } };
  console.log(JSON.stringify(row));
  if (!given.out) return;
  const kept = existsSync(given.out) ? JSON.parse(readFileSync(given.out, "utf8")) : { rows: [], codes: {} };
  const { out: _, seeds: __, priors: ___, codes: wanted, ...settings } = given;
  if (wanted === "yes" && seed === numbers(given.seeds)[0]) {
    kept.codes[name === "AAE" ? prior : "autoencoder"] = Array.from(codes.dataSync(), (z) => Math.round(100 * z) / 100);
  }
  const everything = { settings, points: POINTS, rows: [...kept.rows, row], labels: [...labels], codes: kept.codes };
  writeFileSync(given.out, `${JSON.stringify(everything)}\n`);
}

for (const seed of numbers(given.seeds)) {
  if (given.plain === "yes") {
    const model = lab.autoencoder({ ...shared, likelihood: gray(), seed });
    const found = await codesOf(model, seed);
    for (const prior of given.priors.split(",")) keep("autoencoder", prior, seed, found);
    found.codes.dispose();
    model.dispose();
  }
  for (const prior of given.priors.split(",")) {
    const model = lab.adversarialAutoencoder({
      ...shared,
      prior: priors[prior],
      likelihood: gray(),
      seed,
      discriminatorHidden: numbers(given["discriminator-hidden"]),
      learningRateScales: { discriminator: Number(given.discriminator), generator: Number(given.generator) },
    });
    const found = await codesOf(model, seed);
    keep("AAE", prior, seed, found);
    found.codes.dispose();
    model.dispose();
  }
}
