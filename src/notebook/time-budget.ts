import { startKernel } from "./kernel-client";
import { kernelCommand, packageRoot } from "./project";
import { within } from "./timing";

/** How long a notebook of the course may take on this machine, as it is now. */
export interface TimeBudget {
  /** Seconds of the reference workload, measured just before. */
  referenceSeconds: number;
  /** Seconds of all cells together; a notebook that takes longer is late, which is a warning. */
  seconds: number;
  /** Seconds after which it is stopped and has failed. */
  limitSeconds: number;
}

/** A notebook may take as long as this many runs of the reference workload: about 90 s where that takes 2 s. */
const referencesPerNotebook = 45;
/** Only a notebook that takes this many times its budget fails for it. */
const budgetsUntilFailure = 5;
/** A measurement holds for this long (ms): the load of a machine changes. */
const validFor = 60_000;
/** Guards against a reference workload that hangs (s). */
const referenceLimit = 1200;

const imports = `import { jit, tf } from "elbo-lab";`;

/**
 * What notebooks do most: a training step is traced, compiled and run. Random numbers and layers are left out, so that the
 * work stays the same when the library changes.
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

let latest: { budget: TimeBudget; at: number } | undefined;

/**
 * The time budget of a notebook, as a multiple of a fixed compiled workload that runs on a kernel right now: a slow or a
 * busy machine gets more seconds. Measured anew after a minute.
 */
export async function timeBudget(): Promise<TimeBudget> {
  if (latest !== undefined && Date.now() - latest.at < validFor) return latest.budget;
  const referenceSeconds = await timeReference();
  const seconds = referencesPerNotebook * referenceSeconds;
  latest = { budget: { referenceSeconds, seconds, limitSeconds: budgetsUntilFailure * seconds }, at: Date.now() };
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
