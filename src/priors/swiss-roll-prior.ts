import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { checkLength, type LatentPrior } from "./latent-prior";

/** Options of `swissRollPrior()`. */
export interface SwissRollPriorOptions {
  /** The distance of the outer end from the origin, above 0; defaults to 4. */
  radius?: number;
  /** How often the spiral turns, above 0; defaults to 2. */
  turns?: number;
  /** The standard deviation of the noise around the line, of at least 0; defaults to 0.1. */
  stdDev?: number;
}

/** Codes in the plane along a spiral from the origin outward, nearly even along the line (after Makhzani et al. 2016, figure 2). */
export function swissRollPrior({ radius = 4, turns = 2, stdDev = 0.1 }: SwissRollPriorOptions = {}): LatentPrior {
  checkLength("swissRollPrior()", "radius", radius, "above 0");
  checkLength("swissRollPrior()", "turns", turns, "above 0");
  checkLength("swissRollPrior()", "stdDev", stdDev, "of at least 0");
  return {
    spec: { factory: "swissRollPrior", options: { radius, turns, stdDev } },
    latentDim: 2,
    sample: (rng, n) =>
      tf.tidy(() => {
        const [along, noise] = rng.split(2) as [Rng, Rng];
        // The length of the line up to the angle t grows like t², so that the root of a uniform number spreads evenly.
        const part = tf.sqrt(along.uniform([n]));
        const angle = tf.mul(part, 2 * Math.PI * turns);
        const line = tf.mul(tf.stack([tf.cos(angle), tf.sin(angle)], 1), tf.mul(tf.expandDims(part, 1), radius));
        return tf.add(line, tf.mul(noise.normal([n, 2]), stdDev));
      }),
  };
}
