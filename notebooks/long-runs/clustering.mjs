// Clusters of all 60,000 digits without their labels: the table of notebook 19, on more images and with longer training:
//   node notebooks/long-runs/clustering.mjs [--seeds 1,2,3,4,5] [--methods VaDE] [--covariance full] [--pretraining-beta 1] … [--out file.json]
// Labels are used to score what came out, never to train or to choose: of several starts of k-means or a mixture the one with the least
// error or the greatest likelihood counts, of several networks the one with the greatest ELBO, which is told beside them. Scores are of
// the 10,000 test digits, which nothing was fitted to. With --out, rows are added to those of the file.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { kmeans } from "ml-kmeans";
import { PCA } from "ml-pca";
import { lab } from "./lab.mjs";

const { tf } = lab;

const { values: given } = parseArgs({
  options: {
    methods: { type: "string", default: "pixels,PCA,autoencoder,VAE,VaDE" },
    seeds: { type: "string", default: "1,2,3,4,5" },
    train: { type: "string", default: "60000" },
    subset: { type: "string", default: "5000" },
    hidden: { type: "string", default: "512,256" },
    latent: { type: "string", default: "10" },
    pretraining: { type: "string", default: "10" },
    "pretraining-beta": { type: "string", default: "1" },
    epochs: { type: "string", default: "10" },
    batch: { type: "string", default: "256" },
    rate: { type: "string", default: "1e-3" },
    covariance: { type: "string", default: "full" },
    restarts: { type: "string", default: "3" },
    out: { type: "string" },
  },
});
const CLUSTERS = 10;
const SCATTERED = 2000; // test digits whose silhouette is taken: it compares all pairs
const number = (name) => Number(given[name]);
const [latentDim, restarts, subset] = ["latent", "restarts", "subset"].map(number);
const hidden = given.hidden.split(",").map(Number);
const methods = given.methods.split(",");
const { train, test } = await lab.mnist({ train: number("train"), validation: 0 });
const shared = { dataShape: 784, latentDim, hidden, likelihood: lab.bernoulliLikelihood({ values: "gray" }) };
const since = (start) => (performance.now() - start) / 1000;

/** k-means of `restarts` starts, the one with the smallest squared distances; assigns the rows of `unseen`. */
function kMeans(points, unseen, seed) {
  const rows = points.arraySync();
  const starts = Array.from({ length: restarts }, (_, i) => {
    const found = kmeans(rows, CLUSTERS, { seed: 1000 * seed + i, initialization: "kmeans++" });
    return { found, error: found.computeInformation(rows).reduce((sum, { error, size }) => sum + error * size, 0) };
  });
  const best = starts.reduce((a, b) => (b.error < a.error ? b : a)).found;
  return tf.tensor1d(best.nearest(unseen.arraySync()), "int32");
}

const mixtureOf = (points, seed, covariance) =>
  lab.fitGaussianMixture(points, { components: CLUSTERS, covariance, restarts, seed });

function keep(name, seed, seconds, clusters, space, more = {}) {
  const metrics = tf.tidy(() => ({
    accuracy: lab.clusteringAccuracy(test.labels, clusters),
    nmi: lab.normalizedMutualInformation(test.labels, clusters),
    ari: lab.adjustedRandIndex(test.labels, clusters),
    silhouette: lab.silhouette(space.slice(0, SCATTERED), clusters.slice(0, SCATTERED)).score,
    ...more,
  }));
  const row = { name, seed, seconds, metrics };
  console.log(JSON.stringify(row));
  if (!given.out) return;
  const { out: _, seeds: __, methods: ___, ...settings } = given;
  const rows = existsSync(given.out) ? JSON.parse(readFileSync(given.out, "utf8")).rows : [];
  writeFileSync(given.out, `${JSON.stringify({ settings, rows: [...rows, row] }, null, 2)}\n`);
}

/** Both ways to cluster points, in one space. */
function cluster(where, seed, points, unseen, before = 0, covariance = given.covariance) {
  const ways = {
    "k-means": () => kMeans(points, unseen, seed),
    "Gaussian mixture": () => mixtureOf(points, seed, covariance).assign(unseen),
  };
  for (const [name, way] of Object.entries(ways)) {
    const start = performance.now();
    const clusters = way();
    keep(`${name} on ${where}`, seed, before + since(start), clusters, unseen);
    clusters.dispose();
  }
}

async function trained(model, seed, epochs, more = {}) {
  await lab.fit(model, train.images, {
    epochs,
    seed,
    batchSize: number("batch"),
    learningRate: lab.cosineDecay({ from: number("rate"), to: number("rate") / 20 }),
    progress: false,
    ...more,
  });
  return model;
}

/** VaDE from clusters anywhere; then a mixture fitted to its codes in place of its clusters; then both together. */
async function clusterByVade(seed) {
  const start = performance.now();
  const { covariance } = given;
  const model = lab.vade({ ...shared, clusters: CLUSTERS, covariance, seed });
  await trained(model, seed, number("pretraining"), { schedules: { beta: number("pretraining-beta") } });
  const codes = model.embed(train.images);
  model.setPrior(mixtureOf(codes, seed, covariance));
  codes.dispose();
  const score = (name, more) => {
    const [clusters, unseen] = [model.assign(test.images), model.embed(test.images)];
    keep(name, seed, since(start), clusters, unseen, more);
    tf.dispose([clusters, unseen]);
  };
  score("VaDE before its last training");
  await trained(model, seed, number("epochs"));
  const { distortion, rate } = (await lab.evaluate(model, train.images)).elbo;
  score("VaDE", { elbo: -(distortion + rate) });
  model.dispose();
}

for (const seed of given.seeds.split(",").map(Number)) {
  if (methods.includes("pixels") || methods.includes("PCA")) {
    const indices = lab.rng(seed).permutation(train.images.shape[0]).slice(0, subset);
    const few = tf.gather(train.images, indices);
    if (methods.includes("pixels")) cluster("pixels", seed, few, test.images, 0, "diagonal");
    if (methods.includes("PCA")) {
      const start = performance.now();
      const pca = new PCA(few.arraySync(), { useCovarianceMatrix: true });
      const [points, unseen] = [few, test.images].map((x) =>
        tf.tensor2d(pca.predict(x.arraySync(), { nComponents: latentDim }).to2DArray()),
      );
      cluster(`${latentDim} principal components`, seed, points, unseen, since(start));
      tf.dispose([points, unseen]);
    }
    tf.dispose([indices, few]);
  }
  for (const [name, make] of Object.entries({ autoencoder: lab.autoencoder, VAE: lab.vae })) {
    if (!methods.includes(name)) continue;
    const start = performance.now();
    const model = await trained(make({ ...shared, seed }), seed, number("pretraining"));
    const [points, unseen] = [train.images, test.images].map((x) => model.embed(x));
    cluster(`${name} codes`, seed, points, unseen, since(start));
    tf.dispose([points, unseen]);
    model.dispose();
  }
  if (methods.includes("VaDE")) await clusterByVade(seed);
}
