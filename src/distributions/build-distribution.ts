import { displaySymbol } from "../display/mime-bundle";
import { ArgumentError } from "../runtime/argument-error";
import type { Rng } from "../runtime/rng";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import type { Distribution } from "./distribution";
import { distributionBundle } from "./distribution-bundle";
import { NoClosedFormError } from "./no-closed-form-error";
import { fullTensor } from "./parameters";
import { type Support, supports } from "./support";

/** A draw, with its own computation of the log-density. */
export interface Draw {
  sample: tf.Tensor;
  /** The log-density of the draw before it was rounded to float32, [n?, batch]. */
  logProb(): tf.Tensor;
}

/** The formulas of a family. They need not dispose of intermediate tensors, and may return one of their arguments. */
export interface DistributionFormulas<Family extends string> {
  family: Family;
  /** [batch, …event] */
  shape: readonly number[];
  reparameterized: boolean;
  support: Support;
  /** One draw of shape `prefix` + [batch, …event]; omitted if `draw` is given. */
  sample?(rng: Rng, prefix: readonly number[]): tf.Tensor;
  /** The same with its log-density, for families where float32 rounds draws so much that their `logProb` changes. */
  draw?: ((rng: Rng, prefix: readonly number[]) => Draw) | undefined;
  /**
   * From x [n?, batch, …event] to [n?, batch]. Outside the support, it may return any finite number, which is replaced
   * with −Infinity.
   */
  logProb(x: tf.Tensor): tf.Tensor;
  /**
   * Whether the formula of `logProb` is already −Infinity outside the support; defaults to true if the support is all
   * numbers.
   */
  boundsItself?: boolean;
  /** [batch, …event]; absent if it has no closed form. */
  mean?: (() => tf.Tensor) | undefined;
  /** [batch, …event]; absent if it has no closed form. */
  variance?: (() => tf.Tensor) | undefined;
  /** [batch], nats; absent if it has no closed form. */
  entropy?: (() => tf.Tensor) | undefined;
  /** Checks the type and shape of x, but not its values; defaults to `checkEvent`. */
  check?: (where: string, x: tf.Tensor, shape: readonly number[]) => void;
}

/**
 * Builds a distribution from its formulas: adds checks of arguments, disposes of intermediate tensors, returns tensors of
 * full shape, and sets the log-density to −Infinity outside the support.
 */
export function buildDistribution<Family extends string>(
  formulas: DistributionFormulas<Family>,
): Distribution & { readonly family: Family } {
  const { family, shape, reparameterized, support, check = checkEvent, draw } = formulas;
  const { boundsItself = support === supports.real } = formulas;
  const sample = formulas.sample ?? ((rng, prefix) => (draw as NonNullable<typeof draw>)(rng, prefix).sample);
  const [batch = 1, ...eventShape] = shape;

  const closedForm = (name: "mean" | "variance" | "entropy", alternative: string) => {
    const formula = formulas[name];
    const resultShape = name === "entropy" ? [batch] : shape;
    return () => {
      if (!formula) throw new NoClosedFormError(`${family}.${name}()`, alternative);
      return tf.tidy(() => fullTensor(formula(), resultShape));
    };
  };

  return {
    family,
    eventShape,
    batch,
    reparameterized,
    support,
    sample(rng, n) {
      const prefix = samplePrefix(`${family}.sample()`, n);
      const once = () => sample(rng, prefix);
      return reparameterized ? tf.tidy(once) : stopGradient(once);
    },
    logProb(x) {
      check(`${family}.logProb()`, x, shape);
      return tf.tidy(() => {
        const logProb = boundsItself ? formulas.logProb(x) : minusInfinityOutside(support, x, formulas.logProb(x));
        // If x has batch 1 and the parameters are numbers, the result does not have the batch size yet.
        const full = [...logProb.shape.slice(0, -1), Math.max(logProb.shape.at(-1) ?? 1, batch)];
        return tf.util.arraysEqual(logProb.shape, full) ? logProb : fullTensor(logProb, full);
      });
    },
    mean: closedForm("mean", "the mean of sample(rng, n) over its first axis"),
    variance: closedForm("variance", "the variance of sample(rng, n) over its first axis"),
    entropy: closedForm("entropy", "monteCarloEntropy(q, rng, samples)"),
    ...(draw && {
      sampleWithLogProb(rng: Rng, n?: number) {
        const prefix = samplePrefix(`${family}.sampleWithLogProb()`, n);
        return tf.tidy(() => {
          const { sample, logProb } = draw(rng, prefix);
          return { sample, logProb: logProb() };
        });
      },
    }),
    [displaySymbol]() {
      return distributionBundle(this);
    },
  };
}

/** Log-densities [n?, batch], with −Infinity for each x that has a value outside the support. */
function minusInfinityOutside(support: Support, x: tf.Tensor, logProb: tf.Tensor): tf.Tensor {
  const isInside = stopGradient(() => {
    const contained = support.contains(x);
    const event = Array.from({ length: contained.rank - logProb.rank }, (_, i) => logProb.rank + i);
    return event.length === 0 ? contained : tf.all(contained, event);
  });
  return tf.where(isInside, logProb, Number.NEGATIVE_INFINITY);
}

/** The leading axes of draws: none for a single draw, [n] for n draws. */
export function samplePrefix(where: string, n: number | undefined): readonly number[] {
  if (n === undefined) return [];
  if (!(Number.isInteger(n) && n > 0)) throw new ArgumentError(where, "n", n, "a whole number of at least 1");
  return [n];
}

/** Checks that x is float32 [n?, batch, …event], where a batch of 1 matches any other. */
export function checkEvent(where: string, x: tf.Tensor, shape: readonly number[]): void {
  if (!(x instanceof tf.Tensor) || x.dtype !== "float32") {
    throw new ArgumentError(where, "x", x, "a float32 tensor");
  }
  checkEventShape(where, x.shape, shape);
}

/** Checks that a shape is [n?, batch, …event], where a batch of 1 matches any other. */
export function checkEventShape(where: string, given: readonly number[], shape: readonly number[]): void {
  const [batch = 1, ...event] = shape;
  const own = given.slice(given.length - event.length);
  const [givenBatch = 1] = given.slice(given.length - event.length - 1);
  const extra = given.length - shape.length;
  const fits = (extra === 0 || extra === 1) && tf.util.arraysEqual(own, event);
  if (fits && (givenBatch === batch || givenBatch === 1 || batch === 1)) return;
  const accepted = [batch === 1 ? "batch" : batch, ...event].join(", ");
  throw new ArgumentError(where, "x", [...given], `of shape [${accepted}] or [n, ${accepted}]`);
}
