import type { Normal } from "../../distributions/normal";
import type { LatentModel } from "../../inference/estimate-bounds";
import { repeatBatch } from "../../runtime/repeat-batch";
import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";
import type { LatentChain } from "./latent-chain";
import type { Choose } from "./latent-inference";

/**
 * Views a model with several latent layers as a model with a single latent variable, for importance sampling: all codes
 * concatenated, [batch, Σ dimensions].
 */
export function jointLatent(chain: LatentChain, latentDims: readonly number[]): LatentModel {
  const { inference, prior } = chain;
  const split = (z: tf.Tensor): tf.Tensor[] => tf.split(z, [...latentDims], 1);
  const logProbs = (layers: readonly Normal[], z: readonly tf.Tensor[]): tf.Tensor =>
    tf.addN(layers.map((layer, l) => layer.logProb(z[l] as tf.Tensor)));
  return {
    prior: {
      logProb: flattened((z) => {
        const codes = split(z);
        const priors = latentDims.map((_, l) => prior(l, codes[l + 1], {}));
        return logProbs(priors, codes);
      }),
    },
    encode(x) {
      const bottomUp = chain.bottomUp(x, {});
      const layersOf = (draws: number, choose: Choose) =>
        inference.layers(
          bottomUp.map((part) => repeatBatch(part, draws)),
          choose,
          {},
        );
      return {
        sample(stream: Rng, n = 1) {
          const codes = layersOf(n, (posterior) => posterior.sample(stream)).map(({ z }) => z);
          return tf.concat(codes, 1).reshape([n, x.shape[0] as number, -1]);
        },
        logProb: flattened((z, n) => {
          const codes = split(z);
          const layers = layersOf(n, (_, l) => codes[l] as tf.Tensor);
          return logProbs(
            layers.map(({ posterior }) => posterior),
            codes,
          );
        }),
      };
    },
    decode: (z) => chain.networks.decode(split(z)[0] as tf.Tensor),
  };
}

/** A log-density of codes [n, batch, D], computed on [n · batch, D] and returned as [n, batch]. */
function flattened(logProb: (z: tf.Tensor, n: number) => tf.Tensor): (z: tf.Tensor) => tf.Tensor {
  return (z) => {
    const [n, batch, dimensions] = z.shape as [number, number, number];
    return logProb(z.reshape([n * batch, dimensions]), n).reshape([n, batch]);
  };
}
