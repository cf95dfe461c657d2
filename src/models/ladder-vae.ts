import { klPerDimension } from "../distributions/kl";
import { type Normal, normal } from "../distributions/normal";
import { tf } from "../runtime/tensorflow";
import { type LatentHierarchy, latentHierarchy } from "./core/latent-hierarchy";
import type { LatentHierarchyOptions } from "./core/latent-hierarchy-options";
import { type Inference, type LatentLayer, withFeatures } from "./core/latent-inference";
import { normalOf } from "./vae";

/**
 * A ladder VAE (Sønderby et al. 2016): the model of `hierarchicalVae()`, p(x | z₁) p(z₁ | z₂) … p(z_L), with codes inferred
 * from the top down. A deterministic upward pass computes an estimate N(μ̂, σ̂²) for each layer. A stochastic downward pass
 * combines it with the layer's prior, p(z_l | z_{l+1}), each weighted by its precision. With one layer it is the plain VAE.
 *
 * q(z_l | x, z_{l+1}) and p(z_l | z_{l+1}) have the same parent, so the rate of every layer is their KL divergence in
 * closed form. For the paper's warm-up, use the schedule `beta` of `fit`.
 *
 * @throws ArgumentError for shapes that do not match
 */
export function ladderVae(options: LatentHierarchyOptions): LatentHierarchy {
  return latentHierarchy(
    "ladderVae",
    options,
    ({ latentDims, width, seed, conditional, features, prior }): Inference => {
      const top = latentDims.length - 1;
      const upward = latentDims
        .slice(1)
        .map((size, l) => conditional({ inputs: l === 0 ? features : width, size, seed: seed.fold(l) }));
      const tapped = upward.map(withFeatures);
      return {
        networks: Object.fromEntries(
          upward.map((network, l) => [`d${l + 1} → d${l + 2} → guess of z${l + 2}`, network]),
        ),
        bottomUp({ features: read, outputs }, context) {
          const guesses = [outputs];
          let below = read;
          for (const network of tapped) {
            const [next, guess] = network.apply(below, { ...context }) as [tf.Tensor, tf.Tensor];
            guesses.push(guess);
            below = next;
          }
          return guesses;
        },
        layers(guesses, choose, context) {
          const layers: LatentLayer[] = [];
          for (let l = top; l >= 0; l--) {
            const above = layers[0]?.z;
            const p = prior(l, above, context);
            const guess = normalOf(guesses[l] as tf.Tensor2D);
            const posterior = above === undefined ? guess : precisionWeighted(guess, p);
            layers.unshift({ posterior, prior: p, z: choose(posterior, l) });
          }
          return layers;
        },
        ratePerDimension: ({ posterior, prior: p }) => klPerDimension(posterior, p),
      };
    },
  );
}

/**
 * The product of two normal densities: σ⁻² = σ̂⁻² + σp⁻² and μ = (μ̂ σ̂⁻² + μp σp⁻²) σ² (Sønderby et al. 2016, section
 * 2.1). With w = σp²/(σ̂² + σp²), a sigmoid of the difference of the log-variances, μ = μp + w (μ̂ − μp) and log σ² =
 * log σp² − softplus(log σp² − log σ̂²), which do not overflow and need no division.
 */
function precisionWeighted({ parameters: guess }: Normal, { parameters: p }: Normal): Normal {
  const logRatio = tf.sub(p.logVar, guess.logVar);
  const mean = tf.add(p.mean, tf.mul(tf.sigmoid(logRatio), tf.sub(guess.mean, p.mean)));
  return normal({ mean, logVar: tf.sub(p.logVar, tf.softplus(logRatio)) });
}
