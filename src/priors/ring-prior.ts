import { checkSizes } from "../runtime/check-sizes";
import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { checkLength, type LatentPrior } from "./latent-prior";

/** Options of `ringPrior()`. */
export interface RingPriorOptions {
  /** The number of Gaussians; defaults to 10. */
  components?: number;
  /** The distance of their centers from the origin, above 0; defaults to 4. */
  radius?: number;
  /** The standard deviation of each in both directions, above 0; defaults to 0.5. */
  stdDev?: number;
}

/**
 * Codes in the plane from equally likely Gaussians, whose centers stand at equal distances on a circle (after Makhzani et
 * al. 2016, section 2.1, whose Gaussians are longer along the radius).
 */
export function ringPrior({ components = 10, radius = 4, stdDev = 0.5 }: RingPriorOptions = {}): LatentPrior {
  checkSizes("ringPrior()", "components", [components]);
  checkLength("ringPrior()", "radius", radius, "above 0");
  checkLength("ringPrior()", "stdDev", stdDev, "above 0");
  return {
    spec: { factory: "ringPrior", options: { components, radius, stdDev } },
    latentDim: 2,
    sample: (rng, n) =>
      tf.tidy(() => {
        const [choice, noise] = rng.split(2) as [Rng, Rng];
        const component = tf.floor(tf.mul(choice.uniform([n]), components));
        const angle = tf.mul(component, (2 * Math.PI) / components);
        const centers = tf.mul(tf.stack([tf.cos(angle), tf.sin(angle)], 1), radius);
        return tf.add(centers, tf.mul(noise.normal([n, 2]), stdDev));
      }),
  };
}
