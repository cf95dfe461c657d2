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

/** Milliseconds of each answer, of an idle kernel and of one that trains. @param {number} requests of each kind */
export async function timeAnswers(requests) {
  const kernel = await startKernel({ command: kernelCommand(), cwd: folder });
  try {
    await kernel.execute(prepare).done;
    const idle = await askAll(kernel, requests);
    let cell = await startTraining(kernel);
    const training = await askAll(kernel, requests);
    const interrupt = [];
    for (let i = 0; i < Math.ceil(requests / 4); i++) {
      await pause(200 + 40 * Math.random());
      interrupt.push(await timed(() => Promise.all([kernel.interrupt(), cell.done])));
      if ((await cell.reply).content.status !== "ok")
        throw new Error("an interrupt of fit() ended its cell with an error");
      cell = await startTraining(kernel);
    }
    return { idle, training: { ...training, interrupt } };
  } finally {
    await kernel.kill();
  }
}

/** Runs the cell that trains, and waits until it shows its progress: by then it is compiled. */
function startTraining(kernel) {
  return new Promise((resolve, reject) => {
    const cell = kernel.execute(train, {
      onMessage({ content }) {
        if (JSON.stringify(content).includes("epoch 1 of")) resolve(cell);
      },
    });
    cell.done.then(({ reply }) => reject(new Error(`the cell ended: ${reply.content.evalue}`)), reject);
  });
}

async function askAll(kernel, requests) {
  const completion = () => ask(kernel, "complete_request", completed, ({ matches }) => matches.length > 0);
  const inspection = () => ask(kernel, "inspect_request", inspected, ({ found }) => found);
  // The first answers load the compiler's view of the libraries.
  await completion();
  await inspection();
  const times = { completion: [], inspection: [] };
  for (let i = 0; i < requests; i++) {
    await pause(20 + 60 * Math.random());
    times.completion.push(await timed(completion));
    times.inspection.push(await timed(inspection));
  }
  return times;
}

async function ask(kernel, type, code, isAnswer) {
  const { content } = await kernel.request(type, { code, cursor_pos: code.length, detail_level: 0 });
  if (!isAnswer(content)) throw new Error(`${type} for "${code}" has no answer`);
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
