// Start to first result, and the time of a small cell, of this kernel and of stock tslab, in turns on the same machine:
//
//     npm run build && node test/kernel/latency.mjs [rounds, defaults to 5]
//
// Prints the medians and their ratio. A timed pass or fail would say more about the machine than about the kernel.
import { createRequire } from "node:module";
import path from "node:path";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../..");
const { startKernel } = createRequire(import.meta.url)(path.join(root, "dist/notebook/kernel-client.js"));

const kernels = {
  stock: [path.join(root, "node_modules/tslab/bin/tslab"), "kernel"],
  layer: [path.join(root, "dist/kernel/main.js")],
};
const cellsPerRound = 20;

const first = { stock: [], layer: [] };
const cell = { stock: [], layer: [] };
const typedCell = { stock: [], layer: [] };
for (let round = 0; round < Number(process.argv[2] ?? 5); round++) {
  for (const [name, program] of Object.entries(kernels)) {
    const command = [process.execPath, ...program, "--config-path", "{connection_file}"];
    const began = performance.now();
    const kernel = await startKernel({ command, cwd: path.join(root, "notebooks") });
    await kernel.execute("6 * 7").done;
    first[name].push(performance.now() - began);
    await timeCells(kernel, cell[name], (n) => `const x${n} = ${n}; x${n} + 1`);
    await kernel.execute(`import * as tf from "@tensorflow/tfjs-node"; import * as aq from "arquero";`).done;
    await timeCells(kernel, typedCell[name], (n) => `const y${n} = tf.scalar(${n}); y${n}.dataSync()[0]`);
    await kernel.kill();
  }
}
report("start to first result", first);
report("a small cell", cell);
report("a cell with tensors, tfjs-node and arquero imported", typedCell);

async function timeCells(kernel, times, code) {
  for (let n = 0; n < cellsPerRound; n++) {
    const sent = performance.now();
    await kernel.execute(code(n)).done;
    times.push(performance.now() - sent);
  }
}

function report(what, { stock, layer }) {
  const [a, b] = [median(stock), median(layer)];
  console.log(`${what}: stock ${a.toFixed(1)} ms, layer ${b.toFixed(1)} ms, ratio ${(b / a).toFixed(2)}`);
}

function median(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
