import { copyRate } from "./bandwidth.mjs";
import { products } from "./cases.mjs";
import { threads } from "./worker.mjs";

/** For each parameter, Adam reads the weight, the gradient and two moments, and writes all of these except the gradient. */
const adamTransfers = 7;

/**
 * A lower bound on the time of a step on this machine, in milliseconds. It is the time of the matrix products *plus* the time
 * of Adam's memory traffic, because the update begins after the products. Each product takes the time of the fastest library, and
 * the traffic runs at the measured memory bandwidth. Everything else (activations, random numbers, the loss) counts as free.
 *
 * @param {import("./cases.mjs").Case} of
 * @param {number} parameters
 * @param {{call: Function}[]} multipliers workers that can time a matrix product
 * @param {{call: Function}[]} movers workers that can measure the memory bandwidth
 * @param {number} seconds how long to time each product
 */
export async function physicalBound(of, parameters, multipliers, movers, seconds) {
  const steps = products(of).flatMap(withGradients);
  let milliseconds = 0;
  let operations = 0;
  const times = new Map();
  for (const shape of steps) {
    const name = `${shape.m}x${shape.k}x${shape.n}`;
    if (!times.has(name)) times.set(name, await fastest(multipliers, { ...shape, seconds }));
    milliseconds += times.get(name);
    operations += 2 * shape.m * shape.k * shape.n;
  }
  // Measure the bandwidth for a working set as large as Adam's, because its arrays may fit in a cache.
  const floats = 4 * parameters;
  const rates = [await copyRate(floats, threads)];
  for (const mover of movers) rates.push((await mover.call("triad", { floats, seconds })).rate);
  const bytes = 4 * adamTransfers * parameters;
  const bandwidth = Math.max(...rates);
  const adam = (1000 * bytes) / bandwidth;
  return {
    ms: milliseconds + adam,
    productsMs: milliseconds,
    adamMs: adam,
    gigaflops: operations / 1e9,
    sgemmGigaflopsPerSecond: operations / 1e6 / milliseconds,
    megabytes: bytes / 1e6,
    gigabytesPerSecond: bandwidth / 1e9,
  };
}

/** The products of a layer: y = x W, ∂W = xᵀ ∂y, and, except for the first layer of the encoder, ∂x = ∂y Wᵀ. */
function withGradients({ m, k, n }, layer) {
  return [{ m, k, n }, { m: k, k: m, n }, ...(layer === 0 ? [] : [{ m, k: n, n: k }])];
}

async function fastest(workers, product) {
  const times = [];
  for (const worker of workers) times.push((await worker.call("matmul", product)).ms);
  return Math.min(...times);
}
