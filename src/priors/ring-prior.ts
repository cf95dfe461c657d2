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
  /** The number of Gaussians; defaults to 10. */
  components?: number;
  /** The distance of their centers from the origin, above 0; defaults to 4. */
  radius?: number;
  /** The standard deviation of each in both directions, above 0; defaults to 0.5. */
  stdDev?: number;
}

const schema = optionsSchema<RingPriorOptions>({
  components: wholeNumber().optional(),
  radius: positive.optional(),
  stdDev: positive.optional(),
});

/**
 * Codes in the plane from equally likely Gaussians, whose centers stand at equal distances on a circle (after Makhzani et
 * al. 2016, section 2.1, whose Gaussians are longer along the radius).
 *
 * @throws ArgumentError for options out of range
 */
export function ringPrior(options: RingPriorOptions = {}): DrawnPrior<Mixture> & Displayable {
  checkOptions("ringPrior()", schema, options);
  const { components = 10, radius = 4, stdDev = 0.5 } = options;
  const spec = { factory: "ringPrior", options: { components, radius, stdDev } };
  /** The centers of components [n], as [n, 2]. */
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
