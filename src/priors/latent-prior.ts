import type { Distribution } from "../distributions/distribution";
import { ArgumentError } from "../runtime/argument-error";
import { type Rng, rng } from "../runtime/rng";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import type { Prior, PriorOfModel } from "./prior";

/**
 * A distribution of codes that can be sampled. It does not need a density. Adversarial and MMD training compare the codes of a
 * model with its samples. A custom prior needs `latentDim`, and `sample` must use tfjs operations.
 */
export interface LatentPrior {
  /** The number of dimensions of a code. */
  readonly latentDim: number;
  /** Draws n codes, float32 [n, latentDim]. */
  sample(rng: Rng, n: number): tf.Tensor2D;
  /** How the prior was created, so it can be saved with its model. Without it, the caller must pass the prior to `load()`. */
  readonly spec?: FactorySpec;
}

/** A prior of the library that is also a `LatentPrior`, so it can be sampled without its density. */
export interface DrawnPrior<D extends Distribution = Distribution> extends Prior<D>, LatentPrior {
  readonly spec: FactorySpec;
}

/**
 * The prior of a model that compares its codes with samples from the prior.
 *
 * @param given a prior of the library, a distribution, or an object with `latentDim` and `sample(rng, n)`
 * @throws ArgumentError for codes with a different number of dimensions, and for a prior with variables, because samples alone
 *   cannot train them
 */
export function latentSampler(
  where: string,
  given: LatentPrior | Prior | PriorOfModel | Distribution,
  latentDim: number,
): LatentPrior {
  if (typeof (given as PriorOfModel | null)?.forModel === "function" || variablesOf(given).length > 0) {
    throw new ArgumentError(
      where,
      "prior",
      (given as Prior).spec?.factory ?? given,
      "a prior without trained parameters, such as gaussianPrior() or ringPrior()",
      "This model only compares its codes with samples from the prior, which does not train the prior. A VAE trains it.",
    );
  }
  const sampler = asSampler(given as LatentPrior | Prior | Distribution);
  checkPrior(where, sampler, latentDim, rng(0));
  return sampler;
}

const variablesOf = (given: unknown): readonly tf.Variable[] => (given as Prior | null)?.variables ?? [];

function asSampler(given: LatentPrior | Prior | Distribution): LatentPrior {
  if (typeof (given as LatentPrior | null)?.latentDim === "number") return given as LatentPrior;
  const { distribution, spec } = (given ?? {}) as Prior;
  const density = typeof distribution === "function" ? distribution : () => given as Distribution;
  const [latentDim] = tf.tidy(() => [...(density()?.eventShape ?? [])]);
  if (latentDim === undefined) return given as LatentPrior;
  return {
    latentDim,
    ...(spec && { spec }),
    sample: (stream, n) => tf.tidy(() => density().sample(stream, n).reshape([n, latentDim])),
  };
}

/** Checks that a prior produces codes with `latentDim` dimensions, by drawing two codes. */
export function checkPrior(where: string, prior: LatentPrior, latentDim: number, stream: Rng): void {
  const accepted = `a prior with codes of ${latentDim} numbers, or an object with latentDim: ${latentDim} and sample(rng, n), which returns float32 codes [n, ${latentDim}]`;
  if (typeof prior?.sample !== "function" || prior.latentDim !== latentDim) {
    throw new ArgumentError(where, "prior", prior, accepted);
  }
  const drawn = tf.tidy(() => {
    const codes = prior.sample(stream, 2);
    return codes instanceof tf.Tensor && codes.dtype === "float32" ? codes.shape : undefined;
  });
  if (drawn === undefined || !tf.util.arraysEqual([...drawn], [2, latentDim])) {
    const what = "a draw of 2 codes from the prior";
    throw new ArgumentError(where, what, drawn, `a float32 tensor of shape [2, ${latentDim}]`);
  }
}
