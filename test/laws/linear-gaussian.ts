import type { Distribution } from "../../src/distributions/distribution";
import type { FullNormal } from "../../src/distributions/full-normal";
import { kl } from "../../src/distributions/kl";
import { type Normal, normal } from "../../src/distributions/normal";
import { perExample } from "../../src/distributions/per-example";
import { probabilisticPca } from "../../src/models/classical/probabilistic-pca";
import { elbo } from "../../src/objectives/elbo";
import { logWeights } from "../../src/objectives/log-weights";
import { type Rng, rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";

// The model whose truth is known: 6 dimensions of data, 2 of z, noise of 0.6.
export const [data, latentDim, examples] = [6, 2, 5];
export const weights = tf.tidy(() => rng(1).normal([data, latentDim])) as tf.Tensor2D;
export const mean = tf.tidy(() => rng(2).normal([data])) as tf.Tensor1D;
export const model = probabilisticPca({ weights, mean, stdDev: 0.6 });
export const x = model.sample(examples, { seed: 3, values: "draw" });
export const exact = tf.tidy(() => model.logProb(x));

/** A posterior that is wrong in its means and its widths: shifted by `shift` and wider by a factor. */
export function imperfect(input: tf.Tensor, shift = 0.15, factor = 1.2): Normal {
  const { parameters } = model.posterior(input);
  const variance = model.posterior(input).variance();
  return normal({ mean: parameters.mean.add(shift), logVar: variance.log().add(2 * Math.log(factor)) });
}

/** log p(x | z) + log p(z) − log q(z) of k draws, [k, batch]. */
export function weightsOf(q: Distribution, stream: Rng, k: number, input: tf.Tensor = x): tf.Tensor2D {
  const z = q.sample(stream, k);
  const [batch = 0] = input.shape;
  const likelihood = model.decode(z.reshape([k * batch, latentDim])).logProb(tf.tile(input, [k, 1]));
  return logWeights({
    likelihood: likelihood.reshape([k, batch]),
    prior: model.prior.logProb(z),
    posterior: q.logProb(z),
  });
}

/** E_q[log p(x | z)] = −|x − μ − Wm|²/2σ² − tr(WSWᵀ)/2σ² − (D/2) log 2πσ², m and S the moments of q. */
export function exactDistortion(q: Normal | FullNormal, input: tf.Tensor = x): tf.Tensor {
  const variance = model.stdDev ** 2;
  const rest = tf.sub(input, model.decode(q.mean() as tf.Tensor2D).mean());
  const spread =
    q.family === "normal"
      ? tf.matMul(tf.square(weights), q.variance() as tf.Tensor2D, false, true).sum(0)
      : tf
          .matMul(tf.tile(weights.expandDims(0), [q.batch, 1, 1]), q.parameters.scaleTril)
          .square()
          .sum([1, 2]);
  const squares = tf.square(rest).sum(1).add(spread).div(variance);
  return squares.add(data * Math.log(2 * Math.PI * variance)).mul(0.5);
}

export const exactElbo = (q: Normal | FullNormal) =>
  elbo({ distortion: perExample(exactDistortion(q)), rate: kl(q, model.prior) });
