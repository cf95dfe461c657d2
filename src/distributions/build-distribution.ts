import { ArgumentError } from "../runtime/argument-error";
import type { Rng } from "../runtime/rng";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import type { Distribution } from "./distribution";
import { NoClosedFormError } from "./no-closed-form-error";
import { fullTensor } from "./parameters";
import type { Support } from "./support";

/** The formulas of a family. They may leave intermediate tensors behind, and may return a tensor they were given. */
export interface DistributionFormulas<Family extends string> {
  family: Family;
  /** [batch, …event] */
  shape: readonly number[];
  reparameterised: boolean;
  support: Support;
  /** One draw of shape `prefix` + [batch, …event]. */
  sample(rng: Rng, prefix: readonly number[]): tf.Tensor;
  /** From x [n?, batch, …event] to [n?, batch]. */
  logProb(x: tf.Tensor): tf.Tensor;
  /** To [batch, …event]; absent where no closed form exists. */
  mean?: (() => tf.Tensor) | undefined;
  /** To [batch, …event]; absent where no closed form exists. */
  variance?: (() => tf.Tensor) | undefined;
  /** To [batch]; absent where no closed form exists. */
  entropy?: (() => tf.Tensor) | undefined;
  /** Checks x by type and shape; defaults to `checkEvent`. */
  check?: (where: string, x: tf.Tensor, shape: readonly number[]) => void;
}

/** A distribution from its formulas: checks at the door, disposes what they leave behind, gives tensors of full shape. */
export function buildDistribution<Family extends string>(
  formulas: DistributionFormulas<Family>,
): Distribution & { readonly family: Family } {
  const { family, shape, reparameterised, support, check = checkEvent } = formulas;
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
    reparameterised,
    support,
    sample(rng, n) {
      const prefix = samplePrefix(`${family}.sample()`, n);
      const draw = () => formulas.sample(rng, prefix);
      return reparameterised ? tf.tidy(draw) : stopGradient(draw);
    },
    logProb(x) {
      check(`${family}.logProb()`, x, shape);
      return tf.tidy(() => {
        const logProb = formulas.logProb(x);
        // Where x has batch 1 and the parameters are numbers, nothing has brought in the batch yet.
        const full = [...logProb.shape.slice(0, -1), Math.max(logProb.shape.at(-1) ?? 1, batch)];
        return tf.util.arraysEqual(logProb.shape, full) ? logProb : fullTensor(logProb, full);
      });
    },
    mean: closedForm("mean", "the mean of sample(rng, n) over its first axis"),
    variance: closedForm("variance", "the variance of sample(rng, n) over its first axis"),
    entropy: closedForm("entropy", "monteCarloEntropy(q, rng, samples)"),
  };
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
