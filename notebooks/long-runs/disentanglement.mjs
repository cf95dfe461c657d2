// Do β-TCVAE, FactorVAE and their kin separate the causes of sprites better than a VAE? The comparison of notebook 07, on more images
// and with longer training:
//   node notebooks/long-runs/disentanglement.mjs [--models VAE,β-TCVAE] [--seeds 1,2,3,4,5] [--epochs 100] [--beta 6] … [--out file.json]
// The factors are used to measure, never to train or to choose among runs.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { lab } from "./lab.mjs";

const { values: given } = parseArgs({
  options: {
    models: { type: "string", default: "VAE,β-VAE,β-TCVAE,FactorVAE,DIP-VAE-II" },
    seeds: { type: "string", default: "1,2,3,4,5" },
    epochs: { type: "string", default: "100" },
    batch: { type: "string", default: "256" },
    latent: { type: "string", default: "6" },
    hidden: { type: "string", default: "256,256" },
    size: { type: "string", default: "16" },
    scales: { type: "string", default: "4" },
    rotations: { type: "string", default: "4" },
    places: { type: "string", default: "16" },
    rate: { type: "string", default: "1e-3" },
    beta: { type: "string", default: "6" },
    "tc-from": { type: "string", default: "0" },
    estimator: { type: "string", default: "weighted" },
    gamma: { type: "string", default: "10" },
    "judge-rate": { type: "string", default: "1" },
    "dip-lambda": { type: "string", default: "10" },
    out: { type: "string" },
  },
});
const numbers = (list) => list.split(",").map(Number);
const [epochs, batch, latentDim] = [given.epochs, given.batch, given.latent].map(Number);
const places = Number(given.places);
const set = lab.sprites({
  size: Number(given.size),
  scales: Number(given.scales),
  rotations: Number(given.rotations),
  columns: places,
  rows: places,
});
const likelihood = () => lab.bernoulliLikelihood({ values: "gray" });
const common = { dataShape: set.images.shape[1], latentDim, hidden: numbers(given.hidden) };
const beta = Number(given.beta);
const makers = {
  VAE: lab.vae,
  "β-VAE": (options) => lab.betaVae({ ...options, beta: 4 }),
  "β-TCVAE": (options) => lab.betaTcVae({ ...options, beta, examples: set.count, estimator: given.estimator }),
  FactorVAE: (options) =>
    lab.factorVae({
      ...options,
      gamma: Number(given.gamma),
      learningRateScales: { discriminator: Number(given["judge-rate"]) },
    }),
  "DIP-VAE-II": (options) => lab.dipVae({ ...options, lambdaOffDiagonal: Number(given["dip-lambda"]) }),
};

for (const seed of numbers(given.seeds)) {
  for (const name of given.models.split(",")) {
    const model = makers[name]({ ...common, likelihood: likelihood(), seed });
    const from = Number(given["tc-from"]);
    const schedules =
      name === "β-TCVAE" && from > 0
        ? { beta: ({ epoch }) => Math.max(beta, from * (1 - (1.4 * epoch) / epochs)) }
        : {};
    const history = await lab.fit(model, set.images, {
      epochs,
      batchSize: batch,
      seed,
      schedules,
      learningRate: lab.cosineDecay({ from: Number(given.rate), to: 0.1 * Number(given.rate) }),
      progress: false,
    });
    const { distortion, rate } = (await lab.evaluate(model, set.images)).elbo;
    const codes = model.embed(set.images);
    const { totalCorrelation, indexCodeMutualInformation } = lab.rateDecomposition(model, set.images, {
      samples: 500,
      seed,
    });
    const gap = lab.mutualInformationGap(codes, set.factors);
    const found = lab.dci(codes, set.factors, { categorical: [0] });
    const row = {
      name,
      seed,
      seconds: history.seconds,
      metrics: {
        distortion,
        rate,
        totalCorrelation,
        indexCodeMutualInformation,
        MIG: gap.score,
        SAP: lab.separatedAttributePredictability(codes, set.factors, { categorical: [0] }).score,
        disentanglement: found.disentanglement,
        completeness: found.completeness,
        FactorVAE: lab.factorVaeScore(codes, set.factors, { seed }).score,
      },
      gaps: Object.fromEntries(set.factorNames.map((factor, k) => [factor, gap.gaps[k]])),
    };
    console.log(JSON.stringify(row, (_, value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value)));
    if (given.out) {
      const { out, seeds: _, ...settings } = given;
      const kept = existsSync(out) ? JSON.parse(readFileSync(out, "utf8")).rows : [];
      writeFileSync(out, `${JSON.stringify({ settings, images: set.count, rows: [...kept, row] }, null, 2)}\n`);
    }
    codes.dispose();
    model.dispose();
  }
}
