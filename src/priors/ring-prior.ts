import type { Displayable } from "../display/mime-bundle";
import { type Mixture, mixture } from "../distributions/mixture";
import { normal } from "../distributions/normal";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Rng } from "../runtime/rng";
import { positive, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import type { DrawnPrior } from "./latent-prior";
import { showsPrior } from "./shows-prior";

/** Options of `ringPrior()`. */
export interface RingPriorOptions {
  /** The number of Gaussian components, at least 1; defaults to 10. */
  components?: number;
  /** The distance of the means from the origin, above 0; defaults to 4. */
  radius?: number;
  /** The standard deviation of each component in both dimensions, above 0; defaults to 0.5. */
  stdDev?: number;
}

const schema = optionsSchema<RingPriorOptions>({
  components: wholeNumber().optional(),
  radius: positive.optional(),
  stdDev: positive.optional(),
});

/**
 * A prior for two-dimensional codes: a mixture of equally likely Gaussians with means at equal distances on a circle. (After
 * Makhzani et al. 2016, section 2.1. Their Gaussians are longer in the direction of the radius.)
 *
 * @throws ArgumentError for options out of range
 */
export function ringPrior(options: RingPriorOptions = {}): DrawnPrior<Mixture> & Displayable {
  checkOptions("ringPrior()", schema, options);
  const { components = 10, radius = 4, stdDev = 0.5 } = options;
  const spec = { factory: "ringPrior", options: { components, radius, stdDev } };
  /** The means of components, given their numbers [n]: [n, 2]. */
  const centersOf = (component: tf.Tensor): tf.Tensor => {
    const angle = tf.mul(component, (2 * Math.PI) / components);
    return tf.mul(tf.stack([tf.cos(angle), tf.sin(angle)], 1), radius);
  };
  return {
    spec,
    latentDim: 2,
    variables: [],
    distribution: () =>
      mixture({
        logits: tf.zeros([components]),
        components: normal({ mean: centersOf(tf.range(0, components)), logVar: 2 * Math.log(stdDev) }),
      }),
    sample: (rng, n) =>
      tf.tidy(() => {
        const [choice, noise] = rng.split(2) as [Rng, Rng];
        const component = tf.floor(tf.mul(choice.uniform([n]), components));
        return tf.add(centersOf(component), tf.mul(noise.normal([n, 2]), stdDev));
      }),
    ...showsPrior(spec),
  };
}
