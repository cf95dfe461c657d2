import type { Displayable } from "../display/mime-bundle";
import { buildDistribution } from "../distributions/build-distribution";
import type { Distribution } from "../distributions/distribution";
import { NoClosedFormError } from "../distributions/no-closed-form-error";
import { supports } from "../distributions/support";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Rng } from "../runtime/rng";
import { nonNegative, positive } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import type { DrawnPrior } from "./latent-prior";
import { showsPrior } from "./shows-prior";

/** Options of `swissRollPrior()`. */
export interface SwissRollPriorOptions {
  /** The distance of the outer end of the spiral from the origin, above 0; defaults to 4. */
  radius?: number;
  /** The number of turns of the spiral, above 0; defaults to 2. */
  turns?: number;
  /** The standard deviation of the noise around the spiral, at least 0; defaults to 0.1. */
  stdDev?: number;
}

const schema = optionsSchema<SwissRollPriorOptions>({
  radius: positive.optional(),
  turns: positive.optional(),
  stdDev: nonNegative.optional(),
});

/**
 * A prior for two-dimensional codes along a spiral, distributed almost uniformly over its length (after Makhzani et al. 2016,
 * figure 2). It can be sampled but has no density in closed form, so use it for adversarial and MMD training.
 *
 * @throws ArgumentError for options out of range
 */
export function swissRollPrior(options: SwissRollPriorOptions = {}): DrawnPrior & Displayable {
  checkOptions("swissRollPrior()", schema, options);
  const { radius = 4, turns = 2, stdDev = 0.1 } = options;
  const spec = { factory: "swissRollPrior", options: { radius, turns, stdDev } };
  const draw = (rng: Rng, n: number): tf.Tensor2D =>
    tf.tidy(() => {
      const [along, noise] = rng.split(2) as [Rng, Rng];
      // The length of the spiral up to the angle t grows like t², so the square root of a uniform number spreads codes evenly.
      const part = tf.sqrt(along.uniform([n]));
      const angle = tf.mul(part, 2 * Math.PI * turns);
      const line = tf.mul(tf.stack([tf.cos(angle), tf.sin(angle)], 1), tf.mul(tf.expandDims(part, 1), radius));
      return tf.add(line, tf.mul(noise.normal([n, 2]), stdDev));
    });
  const density = drawnOnly(draw);
  return {
    spec,
    latentDim: 2,
    variables: [],
    distribution: () => density,
    sample: draw,
    ...showsPrior(spec),
  };
}

/** A two-dimensional distribution that can be sampled but has no density. */
function drawnOnly(draw: (rng: Rng, n: number) => tf.Tensor2D): Distribution {
  return buildDistribution({
    family: "swissRoll",
    shape: [1, 2],
    reparameterized: false,
    support: supports.real,
    sample: (rng, prefix) => tf.reshape(draw(rng, prefix[0] ?? 1), [...prefix, 1, 2]),
    logProb() {
      throw new NoClosedFormError("swissRollPrior().distribution().logProb()", "samples from sample(rng, n)");
    },
  });
}
