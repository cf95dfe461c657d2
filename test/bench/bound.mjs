import { copyRate } from "./bandwidth.mjs";
import { products } from "./cases.mjs";
import { threads } from "./worker.mjs";

/** Adam reads the weight, the gradient and two moments of each parameter, and writes all but the gradient. */
const adamTransfers = 7;

/**
 * The least time a step can take on this machine: its matrix products, each at the speed at which the faster of the
 * libraries multiplies matrices of its shape, *plus* the traffic of Adam at the speed of memory (the update begins when
 * the products are done). Everything else (activations, random numbers, the loss) counts as free.
 *
 * @param {import("./cases.mjs").Case} of @param {number} parameters
 * @param {{call: Function}[]} multipliers workers that can be asked for the time of a product
 * @param {{call: Function}[]} movers workers that can be asked for the rate of memory
 * @param {number} seconds how long each product is tried
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
  // The rate within a working set of the size of Adam's: its arrays may lie in a cache.
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

/** y = x W, then ∂W = xᵀ ∂y, and ∂x = ∂y Wᵀ except in front of the first layer of the encoder. */
function withGradients({ m, k, n }, layer) {
  return [{ m, k, n }, { m: k, k: m, n }, ...(layer === 0 ? [] : [{ m, k: n, n: k }])];
}

async function fastest(workers, product) {
  const times = [];
  for (const worker of workers) times.push((await worker.call("matmul", product)).ms);
  return Math.min(...times);
}
