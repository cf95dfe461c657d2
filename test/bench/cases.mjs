/**
 * What is timed. A case is a model at a batch size; the cases of a group are timed by the same processes, one after the
 * other.
 *
 * @typedef {{
 *   name: string, group: string, network: "mlp" | "conv", k: number, batch: number,
 *   data: number, hidden: number, latent: number, examples: number,
 * }} Case
 */

const mlp = { network: "mlp", k: 1, data: 784, hidden: 512, latent: 32, examples: 12_800 };

/** @returns {Case} */
const mlpCase = (batch) => ({ ...mlp, name: `mlp-${batch}`, group: "mlp", batch });

/** In the order in which they run; the first of a group is the one whose memory is told. @type {Case[]} */
export const cases = [
  // 784-512-32-512-784
  ...[128, 32, 64, 256, 512, 1024, 2048].map(mlpCase),
  // 28 × 28 through convolutions of 32 and 64 channels (windows of 4, strides of 2), and transposed back.
  { ...mlp, name: "conv-128", group: "conv", network: "conv", batch: 128 },
  // The MLP with the importance-weighted bound of 50 draws.
  { ...mlp, name: "iwae-32", group: "iwae", k: 50, batch: 32 },
];

/** The cases of the targets, which `--quick` leaves in. */
export const mainCases = ["mlp-128", "conv-128", "iwae-32"];

/** Who runs them. `peer` is the process that does, `mode` what it is told. */
export const rows = [
  { name: "elbo-lab fit", peer: "library", mode: "fit" },
  { name: "elbo-lab eager", peer: "library", mode: "eager" },
  { name: "elbo-lab jit", peer: "library", mode: "jit" },
  { name: "elbo-lab jit + XLA", peer: "library", mode: "xla" },
  { name: "PyTorch eager", peer: "torch", mode: "eager" },
  { name: "PyTorch fused Adam", peer: "torch", mode: "fused" },
  { name: "torch.compile", peer: "torch", mode: "compile" },
  { name: "JAX jit", peer: "jax", mode: "jit" },
  { name: "tf.function", peer: "tensorflow", mode: "graph" },
  { name: "tf.function + XLA", peer: "tensorflow", mode: "xla" },
];

/** What a user gets: the step that `fit` takes by default. The rows after it force one way of computing. */
export const fitRow = "elbo-lab fit";

/** `fit` chooses by the steps of an epoch: here those of MNIST, without its validation images. */
export const epochExamples = 55_000;

/**
 * What the step is to reach: its time at most `limit` times that of another row, or of the physical bound.
 */
export const targets = [
  { case: "mlp-128", against: "PyTorch fused Adam", limit: 0.65 },
  { case: "mlp-128", against: "JAX jit", limit: 0.75 },
  { case: "mlp-128", against: "tf.function + XLA", limit: 0.9 },
  { case: "mlp-128", against: "bound", limit: 1.35 },
  { case: "conv-128", against: "PyTorch fused Adam", limit: 0.85 },
  { case: "epoch", against: "bare steps", limit: 1.1 },
];

/**
 * The matrix products of a step's forward pass, [m, k] · [k, n]: a convolution counts as the product that it is of its
 * unrolled windows.
 *
 * @param {Case} of
 */
export function products({ network, batch, k, data, hidden, latent }) {
  const rows = batch * k;
  if (network === "mlp") {
    return [
      { m: batch, k: data, n: hidden },
      { m: batch, k: hidden, n: 2 * latent },
      { m: rows, k: latent, n: hidden },
      { m: rows, k: hidden, n: data },
    ];
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
