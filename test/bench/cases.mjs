/**
 * The cases of the benchmark. A case is a model with a batch size. The same processes time all cases of a group, one after the
 * other.
 *
 * @typedef {{
 *   name: string, group: string, network: "mlp" | "conv", k: number, batch: number,
 *   data: number, hidden: number[], latent: number, examples: number,
 * }} Case data: pixels, from the middle of the image; hidden: units of the encoder's hidden layers (the decoder mirrors them);
 *   k: samples per example; examples: size of the training set
 */

const mlp = { network: "mlp", k: 1, data: 784, hidden: [512], latent: 32, examples: 12_800 };

/** @returns {Case} */
const mlpCase = (batch) => ({ ...mlp, name: `mlp-${batch}`, group: "mlp", batch });

/** Sizes that many notebooks use. @type {Case[]} */
const small = [
  { ...mlp, name: "30-64-8", data: 30, hidden: [64], latent: 8, batch: 64, group: "30-64-8" },
  { ...mlp, name: "784-128-10", hidden: [128], latent: 10, batch: 128, group: "784-128-10" },
  { ...mlp, name: "784-256-128-16", hidden: [256, 128], latent: 16, batch: 128, group: "784-256-128-16" },
];

/** All cases, in the order in which they run. Memory is reported for the first case of each group. @type {Case[]} */
export const cases = [
  // 784-512-32-512-784
  ...[128, 32, 64, 256, 512, 1024, 2048].map(mlpCase),
  ...small,
  // 28 × 28 images, convolutions with 32 and 64 channels (kernel size 4, stride 2), and transposed convolutions back.
  { ...mlp, name: "conv-128", group: "conv", network: "conv", batch: 128 },
  // The MLP with the importance-weighted bound of 50 samples.
  { ...mlp, name: "iwae-32", group: "iwae", k: 50, batch: 32 },
];

/** The cases of the targets and the figure. With `--quick`, only these run. */
export const mainCases = [...small.map(({ name }) => name), "mlp-128", "conv-128", "iwae-32"];

/**
 * The rows of the tables. `peer` is the process that runs a row, and `mode` is passed to it. A row with `only` runs only the cases
 * with that kind of network.
 */
export const rows = [
  { name: "elbo-lab fit", peer: "library", mode: "fit" },
  { name: "elbo-lab fit, in the kernel", peer: "kernel", mode: "fit" },
  { name: "elbo-lab eager", peer: "library", mode: "eager" },
  { name: "elbo-lab jit", peer: "library", mode: "jit" },
  { name: "elbo-lab jit + XLA", peer: "library", mode: "xla" },
  { name: "PyTorch eager", peer: "torch", mode: "eager" },
  { name: "PyTorch fused Adam", peer: "torch", mode: "fused" },
  { name: "torch.compile", peer: "torch", mode: "compile" },
  { name: "JAX jit", peer: "jax", mode: "jit" },
  // A convolution inside a loop takes XLA two seconds on a CPU.
  { name: "JAX lax.scan", peer: "jax", mode: "scan", only: "mlp" },
  { name: "tf.function", peer: "tensorflow", mode: "graph" },
  { name: "tf.function + XLA", peer: "tensorflow", mode: "xla" },
];

/** What a user gets: epochs of `fit` with its defaults. The eager, jit and XLA rows of the library fix how steps are computed. */
export const fitRow = "elbo-lab fit";

/** The same, in the notebook kernel. */
export const kernelRow = "elbo-lab fit, in the kernel";

/** The number of steps, from which `fit` decides whether to use XLA: ten epochs of MNIST without its validation images. */
export const stepsOfFit = (batch) => 10 * Math.floor(55_000 / batch);

/** The 95th percentile, in milliseconds, of the time in which the kernel should answer while a cell trains. */
export const answerLimit = 150;

/** Targets: a step in `fit` takes at most `limit` times as long as a step of another row, or as the physical bound. */
export const targets = [
  ...[
    ["30-64-8", 0.55, 1.3],
    ["784-128-10", 0.9, 1.15],
    ["784-256-128-16", 0.95, 1.05],
    ["mlp-128", 1, 1.1],
  ].flatMap(([name, jit, scan]) => [
    { case: name, against: "JAX jit", limit: jit },
    { case: name, against: "JAX lax.scan", limit: scan },
    { case: name, row: kernelRow, against: fitRow, limit: 1.05 },
  ]),
  { case: "mlp-128", against: "PyTorch fused Adam", limit: 0.65 },
  { case: "mlp-128", against: "tf.function + XLA", limit: 0.9 },
  { case: "mlp-128", against: "bound", limit: 1.35 },
  { case: "conv-128", against: "PyTorch fused Adam", limit: 0.7 },
  { case: "conv-128", against: "tf.function", limit: 1 },
  { case: "epoch", against: "bare steps", limit: 1.1 },
  { case: "sweep", against: "the first fit", limit: 0.1 },
  ...["completion", "interrupt"].map((name) => ({
    case: name,
    against: `${answerLimit} ms (95th percentile, while a cell trains)`,
    limit: 1,
  })),
];

/**
 * The matrix products of a step's forward pass, [m, k] · [k, n]. A convolution counts as the product of its unrolled windows with
 * its kernel.
 *
 * @param {Case} of
 */
export function products({ network, batch, k, data, hidden, latent }) {
  const rows = batch * k;
  if (network === "mlp") {
    return [...layers(batch, [data, ...hidden, 2 * latent]), ...layers(rows, [latent, ...hidden.toReversed(), data])];
  }
  return [
    { m: batch * 14 * 14, k: 16, n: 32 },
    { m: batch * 7 * 7, k: 16 * 32, n: 64 },
    { m: batch, k: 7 * 7 * 64, n: 2 * latent },
    { m: rows, k: latent, n: 7 * 7 * 64 },
    { m: rows * 7 * 7, k: 64, n: 16 * 32 },
    { m: rows * 14 * 14, k: 32, n: 16 },
  ];
}

/** The products of a stack of dense layers with these numbers of units. */
const layers = (m, units) => units.slice(1).map((n, i) => ({ m, k: units[i], n }));
