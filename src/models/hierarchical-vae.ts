import { klPerDimension } from "../distributions/kl";
import type { Normal } from "../distributions/normal";
import { tf } from "../runtime/tensorflow";
import { type LatentHierarchy, latentHierarchy } from "./core/latent-hierarchy";
import type { LatentHierarchyOptions } from "./core/latent-hierarchy-options";
import type { Inference, LatentLayer } from "./core/latent-inference";
import { normalOf } from "./vae";

/**
 * A hierarchical VAE ("HVAE" here means hierarchical, not Hamiltonian): p(x | z₁) p(z₁ | z₂) … p(z_L), with codes inferred
 * from the bottom up by q(z₁ | x) q(z₂ | x, z₁) … q(z_L | x, z_{L−1}) (Sønderby et al. 2016, section 2; there, q(z₂ | z₁)
 * does not see x). With one layer it is the plain VAE.
 *
 * The rate of the top layer is KL(q(z_L | x, z_{L−1}) ‖ p(z_L)) in closed form. The rate of every other layer is −H(q(z_l |
 * …)) − log p(z_l | z_{l+1}) at the drawn codes. There, KL(q(z_l | …) ‖ p(z_l | z_{l+1})) would be wrong, because z_{l+1} was
 * drawn from q *given* z_l. The rate of a single layer may be negative, but the expected sum over layers may not.
 *
 * @throws ArgumentError for shapes that do not match
 */
export function hierarchicalVae(options: LatentHierarchyOptions): LatentHierarchy {
  return latentHierarchy(
    "hierarchicalVae",
    options,
    ({ latentDims, seed, conditional, features, prior }): Inference => {
      const top = latentDims.length - 1;
      const posteriors = latentDims
        .slice(1)
        .map((size, l) => conditional({ inputs: features + (latentDims[l] as number), size, seed: seed.fold(l) }));
      return {
        networks: Object.fromEntries(posteriors.map((network, l) => [`q(z${l + 2} | x, z${l + 1})`, network])),
        bottomUp: ({ features: read, outputs }) => [outputs, read],
        layers([outputs, read], choose, context) {
          const inferred: { posterior: Normal; z: tf.Tensor }[] = [];
          for (const l of latentDims.keys()) {
            const before = inferred[l - 1]?.z;
            const posterior =
              before === undefined
                ? normalOf(outputs as tf.Tensor2D)
                : normalOf(apply(posteriors[l - 1] as tf.LayersModel, [read as tf.Tensor, before], context));
            inferred.push({ posterior, z: choose(posterior, l) });
          }
          return inferred.map((layer, l) => ({ ...layer, prior: prior(l, inferred[l + 1]?.z, context) }));
        },
        ratePerDimension: ({ posterior, prior: p, z }, l) =>
          l === top ? klPerDimension(posterior, p) : drawnRate({ posterior, prior: p, z }),
      };
    },
  );
}

/** −H(q) − log p(z) of each dimension: ½[(z − μp)²/σp² + log σp² − log σq² − 1]. */
function drawnRate({ posterior, prior, z }: LatentLayer): tf.Tensor {
  const [q, p] = [posterior.parameters, prior.parameters];
  const squares = tf.mul(tf.square(tf.sub(z, p.mean)), tf.exp(tf.neg(p.logVar)));
  return tf.mul(tf.sub(tf.add(squares, tf.sub(p.logVar, q.logVar)), 1), 0.5);
}

const apply = (network: tf.LayersModel, inputs: tf.Tensor[], context: object): tf.Tensor2D =>
  network.apply(tf.concat(inputs, 1), { ...context }) as tf.Tensor2D;
