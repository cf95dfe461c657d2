// How many threads one TensorFlow op should have: the training step of MLPs and the scoring of images with half the cores for
// an op (as in the kernel of notebooks) and with all of them, in turns within one run.
//
//   node test/bench/op-threads.mjs [--rounds 3]
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const sizes = [
  { data: 256, hidden: [128, 128], batch: 64 },
  { data: 784, hidden: [128, 128], batch: 64 },
  { data: 784, hidden: [256, 128], batch: 100 },
  { data: 784, hidden: [512], batch: 100 },
  { data: 784, hidden: [512, 512], batch: 100 },
];
const { rounds, inside } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, inside: { type: "boolean" } },
}).values;
if (inside) process.stdout.write(JSON.stringify(await measured()));
else report();

/** Milliseconds of each kind of work in this process; the sizes of all batches divide the data, so that one graph does. */
async function measured() {
  const { evaluate, fit, rng, tf, vae } = await import("elbo-lab");
  const found = {};
  const time = async (work) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  for (const { data, hidden, batch } of sizes) {
    const x = tf.tidy(() =>
      rng(1)
        .uniform([64 * batch, data])
        .round(),
    );
    for (const xla of [false, true]) {
      const model = vae({ dataShape: data, latentDim: 20, hidden, seed: 1 });
      const epochs = (count) => fit(model, x, { epochs: count, batchSize: batch, seed: 1, progress: false, xla });
      const [once, often] = [await time(() => epochs(1)), await time(() => epochs(21))];
      const name = `${data}-${hidden.join("-")}, batch ${batch}`;
      found[`${name}, step${xla ? " with XLA" : ""}`] = (often - once) / (20 * 64);
      if (!xla) {
        await evaluate(model, x);
        found[`${name}, evaluate ${64 * batch} images`] = await time(() => evaluate(model, x));
        const draw = async () => (await model.logLikelihood(tf.slice(x, 0, 500), { samples: 100, seed: 1 })).dispose();
        found[`${name}, log p(x) of 500, 100 draws`] = await time(draw);
      }
      model.dispose();
    }
    x.dispose();
  }
  return found;
}

function report() {
  const cores = availableParallelism();
  const half = Math.max(1, cores >> 1);
  const results = { [half]: [], [cores]: [] };
  for (let round = 0; round < Number(rounds); round++) {
    for (const threads of [half, cores]) {
      const env = { ...process.env, TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: String(cores) };
      const text = execFileSync(process.execPath, [fileURLToPath(import.meta.url), "--inside"], {
        env,
        encoding: "utf8",
      });
      results[threads].push(JSON.parse(text));
    }
  }
  const best = (threads, name) => Math.min(...results[threads].map((found) => found[name]));
  console.log(`milliseconds, the best of ${rounds} rounds in turns; ${cores} threads for ops side by side`);
  const rows = Object.keys(results[cores][0]).map((name) => [name, best(half, name), best(cores, name)]);
  console.table(
    Object.fromEntries(
      rows.map(([name, few, all]) => [
        name,
        {
          [`${half} for an op`]: few.toFixed(2),
          [`${cores} for an op`]: all.toFixed(2),
          ratio: (few / all).toFixed(2),
        },
      ]),
    ),
  );
}
