import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/**
 * The memory bandwidth of all threads together when they copy arrays, in bytes read and written per second. This is the best of
 * several rounds.
 *
 * @param {number} floats the number of float32 elements that all threads together read or write
 * @param {number} threads
 */
export async function copyRate(floats, threads, rounds = 5) {
  const options = { workerData: { floats: Math.floor(floats / 2 / threads), rounds } };
  const rates = await Promise.all(Array.from({ length: threads }, () => ratesOf(new Worker(file, options))));
  return Math.max(...rates[0].map((_, round) => rates.reduce((sum, thread) => sum + thread[round], 0)));
}

const file = fileURLToPath(import.meta.url);

const ratesOf = (worker) =>
  new Promise((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
  });

function measure({ floats, rounds }) {
  const [from, to] = [new Float32Array(floats).fill(1), new Float32Array(floats)];
  to.set(from);
  return Array.from({ length: rounds }, () => {
    const start = performance.now();
    let copies = 0;
    for (; performance.now() < start + 100; copies++) to.set(from);
    return (copies * floats * 4 * 2) / ((performance.now() - start) / 1000);
  });
}

if (!isMainThread) parentPort.postMessage(measure(workerData));
