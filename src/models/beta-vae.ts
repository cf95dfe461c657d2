import { type Vae, type VaeOptions, vae } from "./vae";

/** Options of `betaVae()`. */
export interface BetaVaeOptions extends Omit<VaeOptions, "objective"> {
  /** The weight β of the rate, of at least 0, unless `fit` is given a schedule `beta`; defaults to 4. */
  beta?: number;
}

/**
 * A β-VAE (Higgins et al. 2017, equation 4): maximizes E_q[log p(x | z)] − β KL(q(z | x) ‖ p(z)). Above 1, information in the
 * code costs more than it saves in the description of x, and what stays is held in dimensions that vary independently of
 * each other, at the price of reconstructions; at 1 it is `vae()`; at 0 an autoencoder with noise. Reported rates are not
 * weighed.
 *
 * @throws ArgumentError for shapes that do not fit, and β below 0
 */
export function betaVae({ beta = 4, ...options }: BetaVaeOptions): Vae {
  const model = vae({ ...options, beta });
  return { ...model, spec: { factory: "betaVae", options: model.spec.options } };
}
