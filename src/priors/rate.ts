import type { Distribution } from "../distributions/distribution";
import { kl } from "../distributions/kl";
import { klRules } from "../distributions/kl-rules";
import type { Normal } from "../distributions/normal";
import type { PerExample } from "../distributions/per-example";
import { sampledKl } from "../distributions/sampled-kl";
import type { tf } from "../runtime/tensorflow";
import type { Prior } from "./prior";

/**
 * The rate KL(q(z | x) ‖ p(z)): as the prior computes it, in closed form where `kl()` has one, else sampled from the draws, as
 * log q(z | x) − log p(z).
 *
 * @param z draws of the posterior, [batch, latentDim] or [k, batch, latentDim]
 * @param density what the prior's `distribution()` gave, where that is at hand
 * @returns [batch], nats
 */
export function rateOf(prior: Prior, posterior: Normal, z: tf.Tensor, density = prior.distribution()): PerExample {
  if (prior.rate !== undefined) return prior.rate(posterior, z);
  return hasClosedForm(posterior, density) ? kl(posterior, density) : sampledKl(posterior, density, z);
}

const hasClosedForm = (q: Distribution, p: Distribution): boolean => `${q.family}/${p.family}` in klRules;
