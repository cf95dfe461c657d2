import { writeFileSync } from "node:fs";
import path from "node:path";
import { autoencoder, fit, rng, tf } from "../../../dist/index.js";

/**
 * A small autoencoder's error on examples that it has not seen, or what `what` asks for instead. With a `folder`, a file named after
 * the process is left there.
 */
export default async function trial({ what = "fit", latentDim = 2, folder = "" }, { train, validation, signal }, seed) {
  if (folder) writeFileSync(path.join(folder, String(process.pid)), "");
  if (what === "throw") throw new RangeError("out of range");
  if (what === "die") process.exit(7);
  if (what === "crash") {
    process.stderr.write("a last word\n");
    process.kill(process.pid, "SIGABRT");
  }
  if (what === "wait") await new Promise(() => setInterval(() => {}, 1000));
  if (what === "spin") for (;;) Math.sqrt(2);
  if (what === "threads") return { threads: Number(process.env.TF_NUM_INTRAOP_THREADS) };
  const data = rng(1).uniform([40, 6]).round();
  const model = autoencoder({ dataShape: 6, latentDim, hidden: [8], seed });
  const rows = (indices) => tf.gather(data, tf.tensor1d(indices, "int32"));
  await fit(model, rows(train), { epochs: 3, batchSize: 8, compile: false, progress: false, seed, signal });
  return tf.tidy(() => {
    const x = rows(validation);
    const [error] = model.reconstruct(x).sub(x).square().mean().dataSync();
    return { error };
  });
}
