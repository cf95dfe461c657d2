import { startKernel } from "./kernel-client";
import { kernelCommand, packageRoot } from "./project";
import { within } from "./timing";

/** How long a notebook of the course may take on this machine under its current load. */
export interface TimeBudget {
  /** Seconds that the reference workload took, measured just before. */
  referenceSeconds: number;
  /** Seconds for all cells together. A notebook that takes longer gets a warning. */
  seconds: number;
  /** Seconds after which the notebook is stopped and fails. */
  limitSeconds: number;
}

/** The time budget, in runs of the reference workload: about 90 s if a run takes 2 s. */
const referencesPerNotebook = 45;
/** A notebook fails only if it takes this many times its budget. */
const budgetsUntilFailure = 5;
/** How long (ms) a measurement is valid, because the load of a machine changes. */
const validFor = 60_000;
/** Time limit (s) for the reference workload. */
const referenceLimit = 1200;

const imports = `import { jit, tf } from "elbo-lab";`;

/**
 * The most common work in notebooks: tracing, compiling and running a training step. It uses no random numbers and no
 * layers, so the work stays the same when the library changes.
 */
const workload = `{
  const sizes = [784, 256, 32, 256, 784];
  const x = tf.fill([128, 784], 0.5);
  const weights = sizes.slice(1).map((size, i) => tf.variable(tf.fill([sizes[i]!, size], 0.01)));
  const optimizer = tf.train.adam(1e-4);
  const loss = () => tf.sub(weights.reduce<tf.Tensor>((h, w) => tf.tanh(tf.matMul(h, w)), x), x).square().mean() as tf.Scalar;
  const step = jit(() => optimizer.minimize(loss, true)!);
  for (let n = 0; n < 500; n++) step().dispose();
  step.dispose();
  tf.dispose([x, ...weights]);
  optimizer.dispose();
}`;

/** The budget where the reference workload takes this long. */
export const budgetFor = (referenceSeconds: number): TimeBudget => {
  const seconds = referencesPerNotebook * referenceSeconds;
  return { referenceSeconds, seconds, limitSeconds: budgetsUntilFailure * seconds };
};

/** The warning about a notebook that exceeded its budget; empty if it did not. */
export function lateness(notebook: string, seconds: number, budget: TimeBudget): string[] {
  if (seconds <= budget.seconds) return [];
  const took = `${notebook} took ${seconds.toFixed(1)} s`;
  const reference = `where the reference workload takes ${budget.referenceSeconds.toFixed(1)} s`;
  return [`${took}, more than its budget of ${budget.seconds.toFixed(1)} s on a machine ${reference}`];
}

let latest: { budget: TimeBudget; at: number } | undefined;

/**
 * The time budget of a notebook, as a multiple of the time that a fixed compiled workload takes on a kernel now. A slow
 * or busy machine gets more seconds. The measurement is repeated after a minute.
 */
export async function timeBudget(): Promise<TimeBudget> {
  if (latest !== undefined && Date.now() - latest.at < validFor) return latest.budget;
  latest = { budget: budgetFor(await timeReference()), at: Date.now() };
  return latest.budget;
}

async function timeReference(): Promise<number> {
  const kernel = await startKernel({ command: kernelCommand(), cwd: packageRoot });
  const late = `the reference workload did not end within ${referenceLimit} s`;
  const execute = async (code: string) => {
    const { reply } = await within(kernel.execute(code).done, referenceLimit, late);
    if (reply.content.status !== "ok") throw new Error(`the reference workload failed: ${reply.content.evalue}`);
  };
  try {
    await execute(imports);
    const start = performance.now();
    await execute(workload);
    return (performance.now() - start) / 1000;
  } finally {
    await kernel.kill();
  }
}
