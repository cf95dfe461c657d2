// Times log p(x) of all 10,000 test digits with 1,000 samples each, for the network of notebook 03:
// `node test/bench/log-likelihood.mjs [SAMPLES]`
import { createRequire } from "node:module";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const { fit, mnist, vae } = createRequire(path.join(root, "package.json"))("./dist/index.js");
const samples = Number(process.argv[2] ?? 1000);

const { train, test } = await mnist({ pixels: "binary", seed: 0 });
const model = vae({ dataShape: 784, latentDim: 32, hidden: [512], seed: 0 });
await fit(model, train.images, { epochs: 2, progress: false });
const start = performance.now();
const logLikelihood = await model.logLikelihood(test.images, { samples });
const seconds = (performance.now() - start) / 1000;
const mean = logLikelihood.mean().dataSync()[0];
console.log(
  `${samples} samples for each of ${test.images.shape[0]} digits: ${seconds.toFixed(1)} s, mean log p(x) ${mean.toFixed(2)} nats after 2 epochs`,
);
