import { capacityElbo } from "../objectives/capacity-elbo";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { nonNegative } from "../runtime/rules";
import { vaeVariantRules } from "./core/vae-rules";
import { type VaeVariantOptions, vaeWithTerms } from "./core/vae-with-terms";
import type { Vae } from "./vae";

/** Options of `capacityVae()`. */
export interface CapacityVaeOptions extends VaeVariantOptions {
  /** C, the target rate in nats per example, at least 0, unless `fit` receives a schedule `capacity`; defaults to 25. */
  capacity?: number;
  /** γ, the cost of each nat of distance from C, at least 0; defaults to 1000. */
  gamma?: number;
}

const schema = optionsSchema<CapacityVaeOptions>({
  ...vaeVariantRules,
  capacity: nonNegative.optional(),
  gamma: nonNegative.optional(),
});

/**
 * A VAE of controlled capacity (Burgess et al. 2018, equation 8): maximizes E_q[log p(x | z)] − γ |KL(q(z | x) ‖ p(z)) − C|.
 * The paper uses γ = 1000 and raises C linearly from 0 to 25 nats, so the code can take up one factor of the data after
 * another: `fit(model, data, { schedules: { capacity: linearWarmup({ to: 25, epochs }) }, … })`. At γ = 1 and C = 0 it is
 * `vae()`, because the rate is never negative.
 *
 * @throws ArgumentError for shapes that do not match, and C and γ out of range
 */
export function capacityVae(options: CapacityVaeOptions): Vae {
  checkOptions("capacityVae()", schema, options);
  const { capacity = 25, gamma = 1000 } = options;
  return vaeWithTerms(
    "capacityVae",
    options,
    ({ distortion, rate, schedules }) =>
      capacityElbo({ distortion, rate, gamma, capacity: schedules.capacity ?? capacity }),
    { schedules: { capacity: nonNegative } },
  );
}
