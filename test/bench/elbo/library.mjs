// Trains a 784-400-20 VAE on gray MNIST with several seeds and prints the test ELBO, one JSON line per seed.
// Usage: node test/bench/elbo/library.mjs EPOCHS SEED…
import { bernoulliLikelihood, evaluate, fit, mnist, vae } from "../../../dist/index.js";

const [epochs, ...seeds] = process.argv.slice(2).map(Number);
const data = await mnist({ validation: 0 });
for (const seed of seeds) {
  const start = performance.now();
  const likelihood = bernoulliLikelihood({ values: "gray" });
  const model = vae({ dataShape: 784, hidden: [400], latentDim: 20, likelihood, seed });
  await fit(model, data.train.images, { epochs, batchSize: 128, learningRate: 1e-3, seed, progress: false });
  const { elbo } = await evaluate(model, data.test.images, { seed });
  model.dispose();
  console.log(JSON.stringify({ seed, elbo: -elbo.loss, seconds: (performance.now() - start) / 1000 }));
}
