import { checkOptions, optionsSchema } from "../runtime/check-options";
import { buildVae, type Vae, type VaeOptions } from "./core/build-vae";
import { vaeRulesWithoutObjective } from "./core/vae-rules";

/** Options of `betaVae()`. */
export interface BetaVaeOptions extends Omit<VaeOptions, "objective"> {
  /** The weight β of the rate, of at least 0, unless `fit` is given a schedule `beta`; defaults to 4. */
  beta?: number;
}

const schema = optionsSchema<BetaVaeOptions>(vaeRulesWithoutObjective);

/**
 * A β-VAE (Higgins et al. 2017, equation 4): maximizes E_q[log p(x | z)] − β KL(q(z | x) ‖ p(z)). Above 1, information in the
 * code costs more than it saves in the description of x, and what stays is held in dimensions that vary independently of
 * each other, at the price of reconstructions; at 1 it is `vae()`; at 0 an autoencoder with noise. The reported rate is
 * unweighted.
 *
 * @throws ArgumentError for shapes that do not fit, and options out of range
 */
export function betaVae(options: BetaVaeOptions): Vae {
  checkOptions("betaVae()", schema, options);
  const { beta = 4 } = options;
  return buildVae("betaVae", { ...options, beta });
}
