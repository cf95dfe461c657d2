import { checkOptions, optionsSchema } from "../runtime/check-options";
import { buildVae, type Vae, type VaeOptions } from "./core/build-vae";
import { vaeRulesWithoutObjective } from "./core/vae-rules";

/** Options of `betaVae()`. */
export interface BetaVaeOptions extends Omit<VaeOptions, "objective"> {
  /** The weight β of the rate, at least 0, unless `fit` receives a schedule `beta`; defaults to 4. */
  beta?: number;
}

const schema = optionsSchema<BetaVaeOptions>(vaeRulesWithoutObjective);

/**
 * A β-VAE (Higgins et al. 2017, equation 4): maximizes E_q[log p(x | z)] − β KL(q(z | x) ‖ p(z)). With β above 1, information
 * in the code costs more than it saves in describing x. The information that remains is encoded in dimensions that vary more
 * independently of each other, at the cost of worse reconstructions. At β = 1 it is `vae()`; at β = 0 it is an autoencoder
 * with noise. The reported rate is unweighted.
 *
 * @throws ArgumentError for shapes that do not match, and options out of range
 */
export function betaVae(options: BetaVaeOptions): Vae {
  checkOptions("betaVae()", schema, options);
  const { beta = 4 } = options;
  return buildVae("betaVae", { ...options, beta });
}
