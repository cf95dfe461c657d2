import { tf } from "../runtime/tensorflow";
import type { Bijector } from "./bijectors/bijector";
import { buildDistribution, samplePrefix } from "./build-distribution";
import type { Distribution } from "./distribution";
import { NoClosedFormError } from "./no-closed-form-error";

/** Parameters of `transformed()`. */
export interface TransformedOptions {
  /** The distribution of z */
  base: Distribution;
  /** The function f of x = f(z) */
  bijector: Bijector;
}

/** The distribution of a function of a random variable, a normalizing flow; made by `transformed()`. */
export interface Transformed extends Distribution {
  readonly family: "transformed";
  readonly parameters: { readonly base: Distribution; readonly bijector: Bijector };
  sampleWithLogProb: NonNullable<Distribution["sampleWithLogProb"]>;
}

/**
 * The distribution of x = f(z) with z from `base`: log p(x) = log p(z) − log |det ∂f/∂z| (Rezende & Mohamed 2015, equation 5).
 *
 * Where the inverse of f has no closed form, `logProb` throws, and `sampleWithLogProb` gives draws with their density.
 */
export function transformed({ base, bijector }: TransformedOptions): Transformed {
  const { eventShape, reparameterised } = base;
  const eventRank = eventShape.length;
  const distribution = buildDistribution({
    family: "transformed",
    shape: [base.batch, ...eventShape],
    reparameterised,
    support: bijector.range,
    sample: (rng, prefix) => bijector.forward(base.sample(rng, prefix[0])),
    logProb(x) {
      if (!bijector.inverse) {
        throw new NoClosedFormError(
          `transformed.logProb(): the inverse of ${bijector.name}`,
          "sampleWithLogProb(rng, n), which needs no inverse,",
        );
      }
      const z = bijector.inverse(x);
      return tf.sub(base.logProb(z), bijector.logDet(z, eventRank));
    },
  });
  return {
    ...distribution,
    parameters: { base, bijector },
    sampleWithLogProb(rng, n) {
      samplePrefix("transformed.sampleWithLogProb()", n);
      return tf.tidy(() => {
        const z = base.sample(rng, n);
        const logProb = tf.sub(base.logProb(z), bijector.logDet(z, eventRank));
        return { sample: bijector.forward(z), logProb };
      });
    },
  };
}
