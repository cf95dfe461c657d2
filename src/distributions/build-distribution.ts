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

/** A draw, and its log-density by a way of its own. */
export interface Draw {
  sample: tf.Tensor;
  /** The log-density of the draw before it was rounded to float32, [n?, batch]. */
  logProb(): tf.Tensor;
}

/** The formulas of a family. They may leave intermediate tensors behind, and may return a tensor they were given. */
export interface DistributionFormulas<Family extends string> {
  family: Family;
  /** [batch, …event] */
  shape: readonly number[];
  reparameterized: boolean;
  support: Support;
  /** One draw of shape `prefix` + [batch, …event]; left out where `draw` is given. */
  sample?(rng: Rng, prefix: readonly number[]): tf.Tensor;
  /** The same with its log-density, for families whose draws float32 rounds so much that `logProb` of them is another value. */
  draw?: ((rng: Rng, prefix: readonly number[]) => Draw) | undefined;
  /** From x [n?, batch, …event] to [n?, batch]; outside of the support any finite number, which −Infinity replaces. */
  logProb(x: tf.Tensor): tf.Tensor;
  /** Whether `logProb` is −Infinity outside of the support by its own formula; defaults to whether the support is all numbers. */
  boundsItself?: boolean;
  /** To [batch, …event]; absent where no closed form exists. */
  mean?: (() => tf.Tensor) | undefined;
  /** To [batch, …event]; absent where no closed form exists. */
  variance?: (() => tf.Tensor) | undefined;
  /** To [batch]; absent where no closed form exists. */
  entropy?: (() => tf.Tensor) | undefined;
  /** Checks x by type and shape, and not by value; defaults to `checkEvent`. */
  check?: (where: string, x: tf.Tensor, shape: readonly number[]) => void;
}

/**
 * A distribution from its formulas: checks arguments, disposes of intermediate tensors, gives tensors of full shape, and the
 * log-density −Infinity outside of the support.
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
        // Where x has batch 1 and the parameters are numbers, nothing has brought in the batch yet.
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

/** Log-densities [n?, batch], with −Infinity for each x that has a value outside of the support. */
function minusInfinityOutside(support: Support, x: tf.Tensor, logProb: tf.Tensor): tf.Tensor {
  const isInside = stopGradient(() => {
    const contained = support.contains(x);
    const event = Array.from({ length: contained.rank - logProb.rank }, (_, i) => logProb.rank + i);
    return event.length === 0 ? contained : tf.all(contained, event);
  });
  return tf.where(isInside, logProb, Number.NEGATIVE_INFINITY);
}

/** The axes in front of a draw: none for a single one, [n] for n. */
export function samplePrefix(where: string, n: number | undefined): readonly number[] {
  if (n === undefined) return [];
  if (!(Number.isInteger(n) && n > 0)) throw new ArgumentError(where, "n", n, "a whole number of at least 1");
  return [n];
}

/** Checks that x is [n?, batch, …event], float32, where a batch of 1 fits any other. */
export function checkEvent(where: string, x: tf.Tensor, shape: readonly number[]): void {
  if (!(x instanceof tf.Tensor) || x.dtype !== "float32") {
    throw new ArgumentError(where, "x", x, "a float32 tensor");
  }
  checkEventShape(where, x.shape, shape);
}

/** Checks that a shape is [n?, batch, …event], where a batch of 1 fits any other. */
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
