import type { Distribution } from "../distributions/distribution";
import { ArgumentError } from "../runtime/argument-error";
import { type Rng, rng } from "../runtime/rng";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import type { Prior, PriorOfModel } from "./prior";

/**
 * A distribution of codes that can be drawn from, and need not have a density: what adversarial and MMD training compare
 * codes with. One of your own needs `latentDim` and `sample`, written with tfjs operations.
 */
export interface LatentPrior {
  /** The numbers of a code. */
  readonly latentDim: number;
  /** n codes, [n, latentDim]. */
  sample(rng: Rng, n: number): tf.Tensor2D;
  /** How it was made, so that a model that has it can be saved whole; without it, `load()` asks for the prior. */
  readonly spec?: FactorySpec;
}

/** A prior of the library that can be drawn from as a `LatentPrior`. */
export interface DrawnPrior<D extends Distribution = Distribution> extends Prior<D>, LatentPrior {
  readonly spec: FactorySpec;
}

/**
 * What a model draws codes from that compares its codes with draws of a prior.
 *
 * @param given a prior of the library, a distribution, or an object with `latentDim` and `sample(rng, n)`
 * @throws ArgumentError for codes of another size, and for priors with variables, which draws alone do not train
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
      "This model compares its codes with draws of the prior and has no rate by which the prior would be trained; a VAE has one.",
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

/** Checks that a prior gives codes of `latentDim` numbers, by a draw of two. */
export function checkPrior(where: string, prior: LatentPrior, latentDim: number, stream: Rng): void {
  const accepted = `a prior with codes of ${latentDim} numbers, or an object with latentDim: ${latentDim} and sample(rng, n), which gives float32 codes [n, ${latentDim}]`;
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
