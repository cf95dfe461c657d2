import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts } from "../runtime/rules";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import type { Bijector } from "./bijectors/bijector";
import { buildDistribution, samplePrefix } from "./build-distribution";
import type { Distribution } from "./distribution";
import { NoClosedFormError } from "./no-closed-form-error";
import { broadcastShapes } from "./parameters";
import { type Support, supports } from "./support";

/** Parameters of `transformed()`. */
export interface TransformedOptions {
  /** The distribution of z */
  base: Distribution;
  /** The function f of x = f(z), such as `expBijector()`; to compose several, use `chainBijector()` */
  bijector: Bijector;
}

/** The distribution of a function of a random variable (a normalizing flow), created by `transformed()`. */
export interface Transformed extends Distribution {
  readonly family: "transformed";
  readonly parameters: { readonly base: Distribution; readonly bijector: Bijector };
  sampleWithLogProb: NonNullable<Distribution["sampleWithLogProb"]>;
}

const baseRule = accepts<Distribution>(
  (value) =>
    typeof (value as Distribution | undefined)?.logProb === "function" &&
    Array.isArray((value as Distribution).eventShape),
  "a distribution, such as standardNormal([2])",
);
const bijectorRule = accepts<Bijector>(
  (value) =>
    typeof (value as Bijector | undefined)?.forward === "function" && typeof (value as Bijector).logDet === "function",
  "a bijector, such as expBijector()",
);
const schema = optionsSchema<TransformedOptions>({
  base: baseRule,
  bijector: bijectorRule,
});

/**
 * The distribution of x = f(z) with z from `base`: log p(x) = log p(z) − log |det ∂f/∂z| (Rezende & Mohamed 2015, equation 5).
 *
 * If the inverse of f has no closed form, `logProb` throws; use `sampleWithLogProb` for draws with their density. A draw that
 * float32 would round to the edge of the range (or beyond) is set to the nearest number inside; `sampleWithLogProb` returns its
 * density before rounding.
 *
 * @example
 *     // The log-normal distribution of a positive number.
 *     transformed({ base: normal({ mean, stdDev }), bijector: expBijector() });
 * @throws ArgumentError unless it receives a distribution and a bijector, and if the bijector's parameters have another batch
 */
export function transformed(options: TransformedOptions): Transformed {
  checkOptions("transformed()", schema, options);
  const { base, bijector } = options;
  checkShapes(base, bijector);
  const { eventShape, reparameterized } = base;
  const eventRank = eventShape.length;
  const distribution = buildDistribution({
    family: "transformed",
    shape: [base.batch, ...eventShape],
    reparameterized,
    support: imageOf(base.support, bijector),
    sample: (rng, prefix) => bijector.forward(base.sample(rng, prefix[0])),
    logProb(x) {
      if (!bijector.inverse) {
        throw new NoClosedFormError(
          `transformed.logProb(): the inverse of ${bijector.name}`,
          "sampleWithLogProb(rng, n), which needs no inverse,",
        );
      }
      const z = bijector.inverse(bijector.range === supports.real ? x : movedInside(x));
      return tf.sub(base.logProb(z), bijector.logDet(z, eventRank));
    },
  });

  /** x, with values outside the range replaced with a point inside, because the inverse may be NaN there. */
  function movedInside(x: tf.Tensor): tf.Tensor {
    const inside = stopGradient(() => tf.logicalAnd(bijector.range.contains(x), tf.onesLike(x).cast("bool")));
    return tf.where(
      inside,
      x,
      stopGradient(() => bijector.forward(tf.zerosLike(x))),
    );
  }
  return {
    ...distribution,
    parameters: { base, bijector },
    hasLogProb: bijector.inverse !== undefined,
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

function checkShapes(base: Distribution, bijector: Bijector): void {
  const shape = [base.batch, ...base.eventShape];
  const common = broadcastShapes(shape, bijector.shape ?? []);
  if (common && tf.util.arraysEqual([...common], shape)) return;
  throw new ArgumentError(
    "transformed()",
    "bijector",
    `parameters of shape [${bijector.shape}]`,
    `of parameters that broadcast to the shape of the base, [${shape}]`,
    "Give the base the batch of the parameters: standardNormal(eventShape, batch).",
  );
}

/** The image of the base's support; for a bijector without an inverse, its whole range. */
function imageOf(support: Support, { range, inverse }: Bijector): Support {
  if (support === supports.real || inverse === undefined) return range;
  return {
    description: range === supports.real ? "the image of the base's support" : range.description,
    contains: (x) => tf.logicalAnd(range.contains(x), support.contains(inverse(x))),
  };
}
