import type { Distribution } from "../distributions/distribution";
import { kl } from "../distributions/kl";
import { klRules } from "../distributions/kl-rules";
import type { Normal } from "../distributions/normal";
import type { PerExample } from "../distributions/per-example";
import { sampledKl } from "../distributions/sampled-kl";
import type { tf } from "../runtime/tensorflow";
import type { Prior } from "./prior";

/**
 * The rate KL(q(z | x) ‖ p(z)). It uses the prior's own `rate()` if there is one, and otherwise the closed form of `kl()` if
 * there is one. Otherwise it is estimated as log q(z | x) − log p(z), averaged over the samples z.
 *
 * @param z samples from the posterior, [batch, latentDim] or [k, batch, latentDim]
 * @param density a result of the prior's `distribution()`; defaults to a new one
 * @returns [batch], nats
 */
export function rateOf(prior: Prior, posterior: Normal, z: tf.Tensor, density = prior.distribution()): PerExample {
  if (prior.rate !== undefined) return prior.rate(posterior, z);
  return hasClosedForm(posterior, density) ? kl(posterior, density) : sampledKl(posterior, density, z);
}

const hasClosedForm = (q: Distribution, p: Distribution): boolean => `${q.family}/${p.family}` in klRules;
