// Completing digits: a deterministic net and a conditional VAE, given 1, 2 or 3 quadrants, at the full setting of notebook 08:
//   node notebooks/long-runs/quadrants.mjs [--quadrants 1,2,3] [--pixels gray|binary] [--epochs 15] [--baseline-epochs 8] [--train 55000]
//     [--seeds 1] [--guess yes|no] [--decoder zc|z] [--out file.json]
// What to keep of a fit is decided by the 5,000 digits held out of the training file; the test digits are measured once, at the end.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { lab } from "./lab.mjs";

const {
  bernoulli,
  bernoulliLikelihood,
  conditionalVae,
  cosineDecay,
  evaluate,
  fit,
  meanOverBatch,
  minimize,
  mlp,
  mnist,
} = lab;
const { perExample, tf } = lab;

const { values: given } = parseArgs({
  options: {
    quadrants: { type: "string", default: "1,2,3" },
    pixels: { type: "string", default: "gray" },
    epochs: { type: "string", default: "15" },
    "baseline-epochs": { type: "string", default: "8" },
    train: { type: "string", default: "55000" },
    seeds: { type: "string", default: "1" },
    guess: { type: "string", default: "yes" },
    decoder: { type: "string", default: "zc" },
    latent: { type: "string", default: "200" },
    out: { type: "string" },
  },
});
const values = given.pixels;
const [HIDDEN, LATENT, BATCH, DRAWS] = [[500, 500], Number(given.latent), 125, 100];

/** Which of the 784 pixels are given: the quadrant at the bottom left, then the left half, then all but the bottom right. */
const isGiven = (quadrants) => (pixel) => {
  const [top, left] = [pixel < 392, pixel % 28 < 14];
  return [!top && left, left, left || top][quadrants - 1];
};

/** A decoder body that sees z alone, as in the tutorial: it cuts the condition off. */
function blindDecoder(condition) {
  const [input, all] = [tf.input({ shape: [LATENT + condition] }), LATENT + condition];
  const asImage = tf.layers.reshape({ targetShape: [all, 1, 1] }).apply(input);
  const z = tf.layers.flatten().apply(
    tf.layers
      .cropping2D({
        cropping: [
          [0, condition],
          [0, 0],
        ],
      })
      .apply(asImage),
  );
  return tf.model({ inputs: input, outputs: mlp({ inputs: LATENT, hidden: HIDDEN, seed: 0 }).apply(z) });
}

/** A net that predicts x from c, each missing pixel by itself, with the cross-entropy as its loss. */
function predictor(inputs, outputs, seed) {
  const net = mlp({ inputs, hidden: HIDDEN, outputs, seed });
  const variables = () => net.weights.map((weight) => weight.read());
  const loss = ({ x, c }) => {
    const distortion = perExample(
      bernoulli({ logits: net.apply(c), values })
        .logProb(x)
        .neg(),
    );
    return { loss: minimize(meanOverBatch(distortion)), terms: { distortion } };
  };
  return { net, variables, phases: [{ name: "prediction", variables, loss }] };
}

async function run(quadrants, seed) {
  const digits = await mnist({ pixels: values, train: Number(given.train), seed });
  const pixels = Array.from({ length: 784 }, (_, i) => i);
  const [seen, missing] = [true, false].map((kind) => pixels.filter((i) => isGiven(quadrants)(i) === kind));
  const [train, validation, test] = [digits.train, digits.validation, digits.test].map(({ images }) => ({
    x: tf.tidy(() => tf.gather(images, tf.tensor1d(missing, "int32"), 1)),
    c: tf.tidy(() => tf.gather(images, tf.tensor1d(seen, "int32"), 1)),
  }));
  const common = {
    batchSize: BATCH,
    seed,
    restoreBest: true,
    progress: false,
    learningRate: cosineDecay({ from: 1e-3, to: 5e-5 }),
  };
  const best = ({ rows, bestEpoch }) => ({ epoch: bestEpoch, validation: rows[bestEpoch - 1].validation_loss });

  const baseline = predictor(seen.length, missing.length, seed);
  const first = await fit(baseline, train, { ...common, validation, epochs: Number(given["baseline-epochs"]) });
  const baselineNll = (await evaluate(baseline, test)).prediction.loss;
  console.log(JSON.stringify({ quadrants, baseline: baselineNll, seconds: first.seconds, ...best(first) }));

  const guess = (c) => tf.tidy(() => tf.concat([c, tf.sigmoid(baseline.net.predict(c, { batchSize: 1000 }))], 1));
  if (given.guess === "yes") for (const part of [train, validation, test]) part.c = guess(part.c);
  const likelihood = bernoulliLikelihood({ values });
  const options = {
    dataShape: missing.length,
    condition: test.c.shape[1],
    latentDim: LATENT,
    hidden: HIDDEN,
    prior: "learned",
  };
  const decoder = given.decoder === "z" ? blindDecoder(options.condition) : undefined;
  const model = conditionalVae({ ...options, decoder, likelihood, seed });
  const history = await fit(model, train, { ...common, validation, epochs: Number(given.epochs) });
  // The bound with ten draws of z per digit: the mean of ten evaluations with other noise.
  const bounds = [];
  for (let draw = 0; draw < 10; draw++) bounds.push((await evaluate(model, test, { seed: draw })).elbo);
  const mean = (name) => bounds.reduce((sum, one) => sum + one[name], 0) / bounds.length;
  const logLikelihood = await model.logLikelihood(test.x, test.c, { samples: DRAWS, seed });
  const sampled = tf.tidy(() => -logLikelihood.mean().dataSync()[0]);
  const row = {
    quadrants,
    seed,
    pixels: values,
    train: train.x.shape[0],
    epochs: Number(given.epochs),
    guess: given.guess,
    decoder: given.decoder,
    metrics: { baseline: baselineNll, negativeElbo: mean("loss"), rate: mean("rate"), importanceSampled: sampled },
    best: { baseline: best(first), conditionalVae: best(history) },
    seconds: { baseline: first.seconds, conditionalVae: history.seconds },
  };
  console.log(JSON.stringify(row));
  if (given.out) {
    const rows = existsSync(given.out) ? JSON.parse(readFileSync(given.out, "utf8")) : [];
    writeFileSync(given.out, `${JSON.stringify([...rows, row], null, 2)}\n`);
  }
  model.dispose();
  digits.dispose();
  tf.dispose([train, validation, test, logLikelihood, baseline.variables()]);
}

for (const seed of given.seeds.split(",").map(Number)) {
  for (const quadrants of given.quadrants.split(",").map(Number)) await run(quadrants, seed);
}
