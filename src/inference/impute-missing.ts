import { checkData } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { supports } from "../distributions/support";
import { jit } from "../jit/jit";
import { ArgumentError } from "../runtime/argument-error";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/** Options of `imputeMissing()`. */
export interface ImputeMissingOptions {
  /** Chains per example, each of which ends in one filling; defaults to 8. */
  samples?: number;
  /** Steps of each chain; defaults to 100. */
  sweeps?: number;
  /**
   * `"metropolis"` has p(x_mis | x_obs) for its limit; `"pseudoGibbs"` takes q(z | x) for the posterior, and comes near it only where
   * that is near. Defaults to "metropolis".
   */
  method?: "metropolis" | "pseudoGibbs";
  /** Sweeps of pseudo-Gibbs at the start of "metropolis", which lead out of poor beginnings; defaults to a quarter of all. */
  burnIn?: number;
  /** What stands in the gaps of `draws`: a `"draw"` of p(x | z), or its `"mean"`, which is smoother. Defaults to "draw". */
  values?: "mean" | "draw";
  /** Defaults to 0. */
  seed?: number;
  /** Whether XLA compiles the sweeps; defaults to false. */
  xla?: boolean;
  /** Ends the work at once with the signal's reason. */
  signal?: AbortSignal;
}

/** Several ways to fill the gaps. What was observed is in all of them as it was given. */
export interface Imputations {
  /** Where each chain ended, [draws, examples, …data]. */
  readonly samples: tf.Tensor;
  /** The estimate of E[x_mis | x_obs], [examples, …data]: the mean of p(x | z) over all chains and the second half of their sweeps. */
  readonly mean: tf.Tensor;
  /** The share of the proposed codes that were accepted after the warm-up; 1 for pseudo-Gibbs. */
  readonly acceptance: number;
}

/** What is asked of a model: `vae()` and its variants, `probabilisticPca()`, or a record of your own. */
export interface ImputableModel {
  readonly prior: Pick<Distribution, "sample" | "logProb">;
  encode(x: tf.Tensor): Pick<Distribution, "sample" | "logProb">;
  decode(z: tf.Tensor): Pick<Distribution, "sample" | "logProb" | "mean">;
}

const where = "imputeMissing()";
/** Chains that advance together: enough to fill the processor, little enough to stay near its caches. */
const rowsPerBlock = 4000;

/**
 * Fills gaps by conditional sampling. A chain begins at a draw of the model; a sweep draws z̃ ~ q(z | x_obs, x_mis), and then
 * x_mis ~ p(x_mis | z) (Rezende et al. 2014, appendix F: pseudo-Gibbs). Were q the exact posterior, this would be Gibbs sampling. As it
 * is not, z̃ is taken for a proposal, and accepted with probability min(1, ρ),
 *
 *     ρ = [p(x, z̃) / q(z̃ | x)] / [p(x, z) / q(z | x)],   x = (x_obs, x_mis),
 *
 * else the chain keeps its z (Mattei & Frellsen 2018, section 4: Metropolis-within-Gibbs), whose limit is p(z, x_mis | x_obs). With the
 * same seed and warm-up, fewer sweeps are the beginning of more. Codes that overflow are refused in any case.
 *
 * @param model needs a proper density p(x | z), whose components are independent given z
 * @param x float32 [examples, …data]; what stands in the gaps is not read, and may be NaN
 * @param observed of the shape of x, bool or float32 of zeros and ones: 1 where x is known
 * @throws ArgumentError for shapes that do not fit, and options out of range
 */
export async function imputeMissing(
  model: ImputableModel,
  x: tf.Tensor,
  observed: tf.Tensor,
  options: ImputeMissingOptions = {},
): Promise<Imputations> {
  const { samples, sweeps, burnIn, values, seed, xla, signal } = checkOptions(options);
  if (typeof model?.encode !== "function" || typeof model.prior?.logProb !== "function") {
    throw new ArgumentError(where, "model", model, "a model with prior, encode() and decode(), such as vae() makes");
  }
  const given = readGaps(x, observed);
  const [examples, ...dataShape] = x.shape as [number, ...number[]];
  const size = Math.min(examples, Math.ceil(rowsPerBlock / samples));
  const settled = Math.floor(sweeps / 2);
  const key = tf.tidy(() => rng(seed).key);
  const step = jit(
    (block: tf.Scalar, index: tf.Scalar, acceptAll: number, counting: number, gaps: Gaps, chains: Chains) =>
      sweep(model, gaps, chains, { stream: rng(key).fold(block).fold(index), acceptAll, counting }),
    { name: "imputeMissing", xla },
  );
  const blocks: { samples: tf.Tensor; mean: tf.Tensor; accepted: number }[] = [];
  try {
    for (let first = 0; first < examples; first += size) {
      const gaps = tf.tidy(() => {
        const own = (whole: tf.Tensor) =>
          tf.tile(tf.slice(whole, first, Math.min(size, examples - first)), [samples, ...dataShape.map(() => 1)]);
        return { x: own(given.x), known: own(given.known) };
      });
      let chains = tf.tidy(() => begin(model, gaps, rng(key).fold(first)));
      try {
        for (let index = 0; index < sweeps; index++) {
          signal?.throwIfAborted();
          const before = chains;
          chains = tf.tidy(() => {
            const [block, at] = [tf.scalar(first, "int32"), tf.scalar(index, "int32")];
            return step(block, at, Number(index < burnIn), Number(index >= settled), gaps, before);
          });
          tf.dispose(Object.values(before));
          await new Promise((resolve) => setImmediate(resolve));
        }
        blocks.push(
          tf.tidy(() => {
            const shown = values === "draw" ? chains.x : tf.where(gaps.known, gaps.x, model.decode(chains.z).mean());
            const apart = (all: tf.Tensor) => all.reshape([samples, -1, ...dataShape]);
            return {
              samples: apart(shown),
              mean: tf.mean(apart(chains.sum), 0).div(sweeps - settled),
              accepted: chains.accepted.dataSync()[0] as number,
            };
          }),
        );
      } finally {
        tf.dispose([...Object.values(chains), ...Object.values(gaps)]);
      }
    }
    const accepted = blocks.reduce((sum, block) => sum + block.accepted, 0);
    return {
      samples: tf.concat(
        blocks.map((block) => block.samples),
        1,
      ),
      mean: tf.concat(blocks.map((block) => block.mean)),
      acceptance: burnIn < sweeps ? accepted / (samples * examples * (sweeps - burnIn)) : 1,
    };
  } finally {
    step.dispose();
    tf.dispose([key, given.x, given.known, ...blocks.flatMap((block) => [block.samples, block.mean])]);
  }
}

/** Chains, one after the other: [chains, …data]. */
type Gaps = {
  /** Zeros stand in the gaps. */
  readonly x: tf.Tensor;
  /** bool */
  readonly known: tf.Tensor;
};

/** Where the chains are. */
type Chains = {
  /** With the gaps filled, [chains, …data] */
  readonly x: tf.Tensor;
  /** [chains, latent] */
  readonly z: tf.Tensor;
  /** Of the means of p(x | z) in the gaps, over the sweeps that count, [chains, …data] */
  readonly sum: tf.Tensor;
  /** How many proposals were accepted after the warm-up */
  readonly accepted: tf.Tensor;
};

/** Draws of the model, with what is known put in. */
function begin(model: ImputableModel, { x, known }: Gaps, stream: Rng): Chains {
  const rows = x.shape[0] as number;
  const [codes, pixels] = stream.split(2) as [Rng, Rng];
  const z = model.prior.sample(codes, rows).reshape([rows, -1]);
  const drawn = tf.where(known, x, model.decode(z).sample(pixels).reshape(x.shape));
  return { x: drawn, z, sum: tf.zerosLike(x), accepted: tf.scalar(0) };
}

/** One sweep of all chains: a code, then the gaps. */
function sweep(
  model: ImputableModel,
  { x: given, known }: Gaps,
  { x, z, sum, accepted }: Chains,
  { stream, acceptAll, counting }: { stream: Rng; acceptAll: number | tf.Scalar; counting: number | tf.Scalar },
): Chains {
  const [codes, chances, pixels] = stream.split(3) as [Rng, Rng, Rng];
  const posterior = model.encode(x);
  const proposed = posterior.sample(codes).reshape(z.shape);
  const [now, next] = [model.decode(z), model.decode(proposed)];
  const logWeight = (code: tf.Tensor, decoded: typeof now) =>
    tf.sub(tf.add(decoded.logProb(x), model.prior.logProb(code)), posterior.logProb(code));
  // log ρ: the ratio of importance weights, with q for the proposal.
  const weight = logWeight(proposed, next);
  const chance = tf.log(chances.uniform([z.shape[0] as number]));
  const wanted = tf.logicalOr(tf.less(chance, tf.sub(weight, logWeight(z, now))), tf.greater(acceptAll, 0));
  // A code that overflows would never be left again.
  const taken = tf.logicalAnd(wanted, tf.isFinite(weight));
  const choose = (ifTaken: tf.Tensor, ifNot: tf.Tensor) =>
    tf.where(taken.reshape([-1, ...ifNot.shape.slice(1).map(() => 1)]), ifTaken, ifNot);
  // Both from the same numbers, of which one set is used.
  const drawn = choose(next.sample(pixels.fold(0)), now.sample(pixels.fold(0)));
  const mean = tf.where(known, given, choose(next.mean(), now.mean()));
  return {
    x: tf.where(known, given, drawn),
    z: choose(proposed, z),
    sum: tf.add(sum, tf.mul(mean, counting)),
    accepted: tf.add(accepted, tf.mul(tf.sum(taken.toFloat()), tf.sub(1, acceptAll))),
  };
}

function checkOptions(options: ImputeMissingOptions) {
  const { samples = 8, sweeps = 100, method = "metropolis", values = "draw", seed = 0, xla = false, signal } = options;
  for (const [name, value] of Object.entries({ samples, sweeps })) {
    if (!(Number.isInteger(value) && value > 0)) {
      throw new ArgumentError(where, name, value, "a whole number of at least 1");
    }
  }
  if (method !== "metropolis" && method !== "pseudoGibbs") {
    throw new ArgumentError(where, "method", method, '"metropolis" or "pseudoGibbs"');
  }
  if (values !== "draw" && values !== "mean") throw new ArgumentError(where, "values", values, '"draw" or "mean"');
  const { burnIn = Math.floor(sweeps / 4) } = options;
  if (!(Number.isInteger(burnIn) && burnIn >= 0 && burnIn < sweeps)) {
    throw new ArgumentError(where, "burnIn", burnIn, `a whole number of at least 0 and below ${sweeps}, the sweeps`);
  }
  return { samples, sweeps, values, seed, xla, signal, burnIn: method === "pseudoGibbs" ? sweeps : burnIn };
}

/** x with zeros in its gaps, and where it is known as bool. */
function readGaps(x: tf.Tensor, observed: tf.Tensor): Gaps {
  for (const [name, value] of Object.entries({ x, observed })) {
    if (value instanceof tf.Tensor && !value.isDisposed && value.rank >= 2 && value.size > 0) continue;
    throw new ArgumentError(where, name, value, "a tensor of shape [examples, …data]");
  }
  if (!tf.util.arraysEqual(observed.shape, x.shape)) {
    throw new ArgumentError(where, "observed", observed.shape, `of the shape of x, [${x.shape}]`);
  }
  if (observed.dtype !== "bool") checkData(where, "observed", observed, observed.shape.slice(1), supports.binary);
  return tf.tidy(() => {
    const known = observed.toBool();
    const filled = x.dtype === "float32" ? tf.where(known, x, 0) : x;
    checkData(where, "x", filled, x.shape.slice(1), supports.real);
    return { x: filled, known };
  });
}
