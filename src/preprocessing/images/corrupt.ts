import { ArgumentError } from "../../runtime/argument-error";
import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";

/** A corruption: one of the common kinds as plain data, or a function of x [batch, …data] that keeps its shape. */
export type Corruption =
  | GaussianCorruption
  | MaskingCorruption
  | SaltAndPepperCorruption
  | ((x: tf.Tensor, rng: Rng) => tf.Tensor);

/** Adds normal noise of mean zero to every component. */
export interface GaussianCorruption {
  readonly kind: "gaussian";
  /** The standard deviation of the noise, in the unit of x; 0 or more. */
  readonly stdDev: number;
}

/** Replaces components with a constant. */
export interface MaskingCorruption {
  readonly kind: "masking";
  /** The probability that each component is replaced, in [0, 1]. */
  readonly probability: number;
  /** The replacement; a value that x never has marks components as missing. Defaults to 0. */
  readonly fill?: number;
}

/** Replaces components with 0 or 1, each with equal probability: random black and white pixels. */
export interface SaltAndPepperCorruption {
  readonly kind: "saltAndPepper";
  /** The probability that each component is replaced, in [0, 1]. */
  readonly probability: number;
}

/** The draw from p(x̃ | x), and the check of its options. */
interface Kind<Options> {
  readonly check: (options: Options) => readonly [name: string, value: unknown, accepted: string] | undefined;
  readonly apply: (x: tf.Tensor, options: Options, rng: Rng) => tf.Tensor;
}

const checkProbability = ({ probability }: { probability: number }) =>
  probability >= 0 && probability <= 1 ? undefined : (["probability", probability, "a number in [0, 1]"] as const);

const kinds: { readonly [K in Named["kind"]]: Kind<Extract<Named, { kind: K }>> } = {
  gaussian: {
    check: ({ stdDev }) =>
      stdDev >= 0 && stdDev < Number.POSITIVE_INFINITY
        ? undefined
        : ["stdDev", stdDev, "a finite number of at least 0"],
    apply: (x, { stdDev }, rng) => tf.add(x, tf.mul(rng.normal(x.shape), stdDev)),
  },
  masking: {
    check: ({ probability, fill = 0 }) =>
      Number.isFinite(fill) ? checkProbability({ probability }) : ["fill", fill, "a finite number"],
    apply: (x, { probability, fill = 0 }, rng) => tf.where(tf.less(rng.uniform(x.shape), probability), fill, x),
  },
  saltAndPepper: {
    check: checkProbability,
    apply(x, { probability }, rng) {
      const u = rng.uniform(x.shape);
      // A single draw decides whether a pixel is replaced and by what: below p/2 it becomes black, from p/2 to p white.
      return tf.where(tf.less(u, probability), tf.greaterEqual(u, probability / 2).toFloat(), x);
    },
  },
};

type Named = Exclude<Corruption, (...given: never[]) => unknown>;

/** @throws ArgumentError for an invalid corruption */
export function checkCorruption(where: string, corruption: Corruption): void {
  if (typeof corruption === "function") return;
  const kind = Object.hasOwn(kinds, corruption?.kind) ? (kinds[corruption.kind] as Kind<Named>) : undefined;
  if (kind === undefined) {
    const accepted = `a function of (x, rng), or an object with a kind: ${Object.keys(kinds).join(", ")}`;
    throw new ArgumentError(where, "corruption", corruption, accepted);
  }
  const wrong = kind.check(corruption);
  if (wrong === undefined) return;
  throw new ArgumentError(where, `corruption.${wrong[0]}`, wrong[1], wrong[2]);
}

/**
 * Corrupts data: one draw from p(x̃ | x) per example. Works in compiled steps; the same stream gives the same draws.
 *
 * @param x float32 [batch, …data]
 * @returns the corrupted data, with the shape of x; values are not clipped
 * @throws ArgumentError for x that is not float32, an invalid corruption, and a function that changes the type or shape
 */
export function corrupt(x: tf.Tensor, corruption: Corruption, rng: Rng): tf.Tensor {
  const where = "corrupt()";
  if (!(x instanceof tf.Tensor && !x.isDisposed && x.dtype === "float32")) {
    throw new ArgumentError(where, "x", x, "a float32 tensor");
  }
  checkCorruption(where, corruption);
  return tf.tidy(() => {
    if (typeof corruption !== "function") return (kinds[corruption.kind] as Kind<Named>).apply(x, corruption, rng);
    const corrupted = corruption(x, rng);
    if (
      corrupted instanceof tf.Tensor &&
      corrupted.dtype === "float32" &&
      tf.util.arraysEqual(corrupted.shape, x.shape)
    ) {
      return corrupted;
    }
    const given = corrupted instanceof tf.Tensor ? corrupted.shape : corrupted;
    throw new ArgumentError(
      where,
      "the result of corruption",
      given,
      `a float32 tensor of the shape of x, [${x.shape}]`,
    );
  });
}
