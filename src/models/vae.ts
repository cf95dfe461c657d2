import { checkOptions, optionsSchema } from "../runtime/check-options";
import { buildVae, type Vae, type VaeOptions } from "./core/build-vae";
import { vaeRules } from "./core/vae-rules";

export { type AnyVae, normalOf, type Vae, type VaeOptions } from "./core/build-vae";
export type { Bound, ObjectiveTerms, VaeTerms } from "./core/elbo-phase";

const schema = optionsSchema<VaeOptions>(vaeRules);

/**
 * A variational autoencoder (Kingma & Welling 2014; Rezende et al. 2014): q(z | x) is a normal distribution with mean and
 * log-variance from the encoder, and training maximizes the evidence lower bound log p(x) ≥ E_q[log p(x | z)] − KL(q(z |
 * x) ‖ p(z)). The code of an example is the mean of q(z | x).
 *
 * @throws ArgumentError for options out of range, shapes that do not match, and a prior that q(z | x) does not match
 */
export function vae(options: VaeOptions): Vae {
  checkOptions("vae()", schema, options);
  return buildVae("vae", options);
}
