// How soon the notebook kernel answers while a cell trains: completion, inspection and interrupts.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const load = createRequire(import.meta.url);
const { startKernel } = load("../../dist/notebook/kernel-client.js");
const { kernelCommand } = load("../../dist/notebook/project.js");
const folder = fileURLToPath(new URL("../../notebooks", import.meta.url));

const prepare = `import { fit, rng, tf, vae } from "elbo-lab";
const model = vae({ dataShape: 784, latentDim: 32, hidden: [512], seed: 0 });
const images = rng(1).uniform([12800, 784]).less(0.2).toFloat();`;
const train = `const history = await fit(model, images, { epochs: 1_000_000, xla: true });`;
const completed = "images.";
const inspected = "model";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds of each answer, with an idle kernel and with one that trains. @param {number} requests of each kind */
export async function timeAnswers(requests) {
  const kernel = await startKernel({ command: kernelCommand(), cwd: folder });
  try {
    await kernel.execute(prepare).done;
    const idle = await askAll(kernel, requests);
    const running = kernel.execute(train);
    await pause(8000); // It traces and compiles first.
    const training = await askAll(kernel, requests);
    const interrupts = [];
    let current = running;
    for (let i = 0; i < Math.ceil(requests / 4); i++) {
      await pause(1500 + 40 * Math.random());
      interrupts.push(await timed(() => Promise.all([kernel.interrupt(), current.done])));
      current = kernel.execute(train.replace("const history", `const history${i}`));
    }
    await pause(1000);
    await kernel.interrupt();
    await current.done;
    return { idle, training: { ...training, interrupt: interrupts } };
  } finally {
    await kernel.shutdown();
  }
}

async function askAll(kernel, requests) {
  const ask = (type, code) => kernel.request(type, { code, cursor_pos: code.length, detail_level: 0 });
  const times = { completion: [], inspection: [] };
  // The first answers load the compiler's view of the libraries.
  await ask("complete_request", completed);
  await ask("inspect_request", inspected);
  for (let i = 0; i < requests; i++) {
    await pause(20 + 60 * Math.random());
    times.completion.push(await timed(() => ask("complete_request", completed)));
    times.inspection.push(await timed(() => ask("inspect_request", inspected)));
  }
  return times;
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
