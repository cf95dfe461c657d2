import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const elboLab = createRequire(path.join(root, "package.json"))("./dist/index.js");
const { importanceWeightedBound, logWeights, maximize, meanOverBatch, tf, vae } = elboLab;

export const mlpVae = ({ data, hidden, latent, seed = 0 }) => vae({ dataShape: data, latentDim: latent, hidden, seed });

/** Shapes: 28 × 28 × 1 → 14 × 14 × 32 → 7 × 7 × 64 → latent, and back. */
export function convVae({ latent }) {
  const window = { kernelSize: 4, strides: 2, padding: "same" };
  const encoder = tf.sequential({
    layers: [
      tf.layers.reshape({ targetShape: [28, 28, 1], inputShape: [784] }),
      tf.layers.conv2d({ filters: 32, activation: "relu", ...window }),
      tf.layers.conv2d({ filters: 64, activation: "relu", ...window }),
    ],
  });
  const decoder = tf.sequential({
    layers: [
      tf.layers.dense({ units: 7 * 7 * 64, activation: "relu", inputShape: [latent] }),
      tf.layers.reshape({ targetShape: [7, 7, 64] }),
      tf.layers.conv2dTranspose({ filters: 32, activation: "relu", ...window }),
      tf.layers.conv2dTranspose({ filters: 1, ...window }),
    ],
  });
  return vae({ dataShape: 784, latentDim: latent, encoder, decoder, decoderHead: false, seed: 0 });
}

/** A VAE that is trained with the importance-weighted bound of k samples per example. */
export function importanceWeighted(model, k) {
  const phase = {
    name: "iwae",
    variables: model.phases[0].variables,
    loss({ x }, { rng }) {
      const [batch] = x.shape;
      const posterior = model.encode(x, true);
      const z = posterior.sample(rng, k);
      const decoded = model.decode(z.reshape([k * batch, model.latentDim]), true);
      const weights = logWeights({
        likelihood: decoded.logProb(tf.tile(x, [k, 1])).reshape([k, batch]),
        prior: model.prior.logProb(z),
        posterior: posterior.logProb(z),
      });
      return { loss: maximize(meanOverBatch(importanceWeightedBound(weights))), terms: {} };
    },
  };
  return { ...model, phases: [phase] };
}
