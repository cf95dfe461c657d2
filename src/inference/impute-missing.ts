import { interruption, yieldToEventLoop } from "../display/interruption";
import { factsBundle } from "../display/table";
import { withDisplay } from "../display/with-display";
import { checkData } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { supports } from "../distributions/support";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { type Rng, rng } from "../runtime/rng";
import { flag, instance, oneOf, seedNumber, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { compiledOnce } from "./compiled-once";
import { rowsOf } from "./estimate-bounds";
import { exampleKeys, exampleStream } from "./example-stream";

/** Options of `imputeMissing()`. */
export interface ImputeMissingOptions {
  /** The number of chains per example; each chain gives one imputation. Defaults to 8. */
  samples?: number;
  /** The number of sweeps (steps) of each chain; defaults to 100. */
  sweeps?: number;
  /**
   * `"metropolis"` converges to p(x_mis | x_obs); `"pseudoGibbs"` treats q(z | x) as the posterior, so it is only as good as q.
   * Defaults to "metropolis".
   */
  method?: "metropolis" | "pseudoGibbs";
  /**
   * The number of sweeps to discard at the start of each chain: they count neither for `mean` nor for `acceptance`. With
   * "metropolis", they accept every proposal, which helps to leave poor starting points. Defaults to a quarter of the sweeps.
   */
  burnIn?: number;
  /**
   * The values of missing entries in `samples`: a `"draw"` from p(x | z), or its `"mean"`, which is smoother. Defaults
   * to "draw".
   */
  values?: "mean" | "draw";
  /** Defaults to 0. */
  seed?: number;
  /** Whether XLA compiles the sweeps; defaults to false. */
  xla?: boolean;
  /** Stops the computation and rejects with the signal's reason, like an interrupt of the cell. */
  signal?: AbortSignal;
}

/** Several imputations of the same data. Observed entries are unchanged in all of them. Has a display in a cell. */
export interface Imputations {
  /** The final state of each chain, [samples, examples, …data]. */
  readonly samples: tf.Tensor;
  /**
   * The estimate of E[x_mis | x_obs], [examples, …data]: the mean of p(x | z) over all chains and over the counted sweeps. These
   * are the second half of the chain, or the sweeps after the burn-in if the burn-in is longer than half.
   */
  readonly mean: tf.Tensor;
  /** The share of proposed codes that were accepted after the burn-in; 1 for pseudo-Gibbs. */
  readonly acceptance: number;
}

/** The part of a model that `imputeMissing()` needs: `vae()` and its variants, `probabilisticPca()`, or your own object. */
export interface ImputableModel {
  readonly prior: Pick<Distribution, "sample" | "logProb">;
  encode(x: tf.Tensor): Pick<Distribution, "sample" | "logProb">;
  decode(z: tf.Tensor): Pick<Distribution, "sample" | "logProb" | "mean">;
}

const where = "imputeMissing()";
/** The number of chains that advance together: enough to keep the processor busy, and few enough for its caches. */
const rowsPerBlock = 4000;

const schema = optionsSchema<ImputeMissingOptions>({
  samples: wholeNumber().optional(),
  sweeps: wholeNumber().optional(),
  method: oneOf("metropolis", "pseudoGibbs").optional(),
  burnIn: wholeNumber(0).optional(),
  values: oneOf("draw", "mean").optional(),
  seed: seedNumber.optional(),
  xla: flag.optional(),
  signal: instance(AbortSignal, "an AbortSignal").optional(),
});

/**
 * Imputes missing entries by conditional sampling. A chain starts at a draw from the model. Each sweep draws z̃ ~ q(z | x_obs, x_mis)
 * and then x_mis ~ p(x_mis | z) (pseudo-Gibbs: Rezende et al. 2014, appendix F). If q were the exact posterior, this would be Gibbs
 * sampling. Since it is not, "metropolis" treats z̃ as a proposal and accepts it with probability min(1, ρ),
 *
 *     ρ = [p(x, z̃) / q(z̃ | x)] / [p(x, z) / q(z | x)],   x = (x_obs, x_mis);
 *
 * otherwise the chain keeps its z (Metropolis-within-Gibbs: Mattei & Frellsen 2018, section 4). It converges to p(z, x_mis |
 * x_obs). With the same seed and burn-in, a shorter run is a prefix of a longer one. Codes that overflow are always rejected. The
 * imputations of an example depend only on its observed values and the seed, not on the other examples.
 *
 * @param model must have a proper density p(x | z) with components that are independent given z
 * @param x float32 [examples, …data]; values at missing entries are ignored and may be NaN
 * @param observed bool or float32 zeros and ones, with the shape of x: 1 where x is known
 * @throws ArgumentError for shapes that do not match, and options out of range
 */
export async function imputeMissing(
  model: ImputableModel,
  x: tf.Tensor,
  observed: tf.Tensor,
  options: ImputeMissingOptions = {},
): Promise<Imputations> {
  const chain = readOptions(options);
  const { samples, sweeps, burnIn } = chain;
  if (
    typeof model?.encode !== "function" ||
    typeof model.decode !== "function" ||
    typeof model.prior?.logProb !== "function"
  ) {
    throw new ArgumentError(where, "model", model, "a model with prior, encode() and decode(), such as vae() makes");
  }
  const whole = readMissing(x, observed);
  const signal = interruption(options.signal);
  const [examples, ...dataShape] = x.shape as [number, ...number[]];
  const size = Math.min(examples, Math.ceil(rowsPerBlock / samples));
  const blocks: Block[] = [];
  const kept: tf.Tensor[] = [whole.x, whole.known];
  try {
    const key = tf.tidy(() => rng(chain.seed).key);
    const keys = exampleKeys(whole.x, whole.known);
    kept.push(key, keys);
    for (let first = 0; first < examples; first += size) {
      const count = Math.min(size, examples - first);
      const own = tf.tidy(() => {
        const part = <T extends tf.Tensor>(all: T): T => rowsOf(all, first, count, size);
        const repeat = (all: tf.Tensor) => tf.tile(part(all), [samples, ...dataShape.map(() => 1)]);
        return { x: repeat(whole.x), known: repeat(whole.known), keys: part(keys), key };
      });
      try {
        blocks.push(await runBlock(model, own, count, chain, signal));
      } finally {
        tf.dispose([own.x, own.known, own.keys]);
      }
    }
    const accepted = blocks.reduce((sum, block) => sum + block.accepted, 0);
    const joined = {
      samples: tf.concat(
        blocks.map((block) => block.samples),
        1,
      ),
      mean: tf.concat(blocks.map((block) => block.mean)),
      acceptance: chain.acceptAll ? 1 : accepted / (samples * examples * (sweeps - burnIn)),
    };
    return withDisplay(joined, ({ acceptance }) =>
      factsBundle(`Imputations of ${examples} examples`, {
        samples: `[${joined.samples.shape.join(", ")}]`,
        mean: `[${joined.mean.shape.join(", ")}]`,
        acceptance,
      }),
    );
  } finally {
    tf.dispose([...kept, ...blocks.flatMap((block) => [block.samples, block.mean])]);
  }
}

/** The results for a block of examples: [samples, examples of the block, …data] and [examples of the block, …data]. */
type Block = { samples: tf.Tensor; mean: tf.Tensor; accepted: number };

/** Runs all chains of a block of examples in parallel, and returns results for the first `count` examples. */
async function runBlock(
  model: ImputableModel,
  own: Missing,
  count: number,
  chain: Chain,
  signal: AbortSignal,
): Promise<Block> {
  const { samples, sweeps, burnIn, counted, values, xla } = chain;
  const step = compiledOnce(
    [model.encode, model.decode, model.prior],
    `imputation samples=${samples}`,
    (index: tf.Scalar, acceptAll: number, counting: number, given: Missing, chains: Chains) =>
      sweep(model, given, chains, {
        stream: exampleStream(rng(given.key).fold(index), given.keys, samples),
        acceptAll,
        counting,
      }),
    { name: "imputeMissing", xla },
  );
  let chains = tf.tidy(() => begin(model, own, exampleStream(rng(own.key).fold(-1), own.keys, samples)));
  try {
    for (let index = 0; index < sweeps; index++) {
      signal.throwIfAborted();
      const before = chains;
      chains = tf.tidy(() =>
        step(
          tf.scalar(index, "int32"),
          Number(index < burnIn || chain.acceptAll),
          Number(index >= sweeps - counted),
          own,
          before,
        ),
      );
      tf.dispose(Object.values(before));
      await yieldToEventLoop();
    }
    return tf.tidy(() => {
      const shown = values === "draw" ? chains.x : tf.where(own.known, own.x, model.decode(chains.z).mean());
      const apart = (all: tf.Tensor) =>
        tf.slice(all.reshape([samples, -1, ...all.shape.slice(1)]), [0, 0], [samples, count]);
      return {
        samples: apart(shown),
        mean: tf.mean(apart(chains.sum), 0).div(counted),
        accepted: tf.sum(apart(chains.accepted)).dataSync()[0] as number,
      };
    });
  } finally {
    tf.dispose(Object.values(chains));
  }
}

/** The data with missing entries, one row per chain: [chains, …data]. */
type Missing = {
  /** Missing entries are 0. */
  readonly x: tf.Tensor;
  /** bool */
  readonly known: tf.Tensor;
  /** The key of each example's draws, int32 [examples, 2]. */
  readonly keys: tf.Tensor2D;
  /** The key of all draws, int32 [2]. */
  readonly key: tf.Tensor1D;
};

/** The state of the chains. */
type Chains = {
  /** With the missing entries imputed, [chains, …data] */
  readonly x: tf.Tensor;
  /** [chains, latentDim] */
  readonly z: tf.Tensor;
  /** The sum of the means of p(x | z) at missing entries, over the counted sweeps, [chains, …data] */
  readonly sum: tf.Tensor;
  /** The number of proposals accepted after the burn-in, [chains] */
  readonly accepted: tf.Tensor;
};

/** Draws from the model, with the observed entries filled in. */
function begin(model: ImputableModel, { x, known }: Missing, stream: Rng): Chains {
  const rows = x.shape[0] as number;
  const [codes, pixels] = stream.split(2) as [Rng, Rng];
  const z = model.prior.sample(codes, rows).reshape([rows, -1]);
  const drawn = tf.where(known, x, model.decode(z).sample(pixels).reshape(x.shape));
  return { x: drawn, z, sum: tf.zerosLike(x), accepted: tf.zeros([rows]) };
}

/** One sweep of all chains: a code, then the missing entries. */
function sweep(
  model: ImputableModel,
  { x: given, known }: Missing,
  { x, z, sum, accepted }: Chains,
  { stream, acceptAll, counting }: { stream: Rng; acceptAll: number | tf.Scalar; counting: number | tf.Scalar },
): Chains {
  const [codes, chances, pixels] = stream.split(3) as [Rng, Rng, Rng];
  const posterior = model.encode(x);
  const proposed = posterior.sample(codes).reshape(z.shape);
  const [now, next] = [model.decode(z), model.decode(proposed)];
  const logWeight = (code: tf.Tensor, decoded: typeof now) =>
    tf.sub(tf.add(decoded.logProb(x), model.prior.logProb(code)), posterior.logProb(code));
  // log ρ: the ratio of importance weights, with q as the proposal.
  const weight = logWeight(proposed, next);
  const chance = tf.log(chances.uniform([z.shape[0] as number]));
  const wanted = tf.logicalOr(tf.less(chance, tf.sub(weight, logWeight(z, now))), tf.greater(acceptAll, 0));
  // Once accepted, a code that overflows would never be replaced.
  const taken = tf.logicalAnd(wanted, tf.isFinite(weight));
  const choose = (ifTaken: tf.Tensor, ifNot: tf.Tensor) =>
    tf.where(taken.reshape([-1, ...ifNot.shape.slice(1).map(() => 1)]), ifTaken, ifNot);
  // Both use the same random numbers; only one of the two results is used.
  const drawn = choose(next.sample(pixels.fold(0)), now.sample(pixels.fold(0)));
  const mean = tf.where(known, given, choose(next.mean(), now.mean()));
  return {
    x: tf.where(known, given, drawn),
    z: choose(proposed, z),
    sum: tf.add(sum, tf.mul(mean, counting)),
    accepted: tf.add(accepted, tf.mul(taken.toFloat(), tf.sub(1, acceptAll))),
  };
}

/** The options with their defaults. */
interface Chain extends Required<Omit<ImputeMissingOptions, "signal" | "method">> {
  /** Whether every proposal is accepted, as in pseudo-Gibbs. */
  acceptAll: boolean;
  /** The number of sweeps at the end of a chain that count for the mean. */
  counted: number;
}

function readOptions(options: ImputeMissingOptions): Chain {
  checkOptions(where, schema, options);
  const { samples = 8, sweeps = 100, method = "metropolis", values = "draw", seed = 0, xla = false } = options;
  const { burnIn = Math.floor(sweeps / 4) } = options;
  if (!(burnIn < sweeps)) {
    throw new ArgumentError(where, "burnIn", burnIn, `a whole number of at least 0 and below ${sweeps}, the sweeps`);
  }
  const counted = sweeps - Math.max(burnIn, Math.floor(sweeps / 2));
  return { samples, sweeps, burnIn, values, seed, xla, acceptAll: method === "pseudoGibbs", counted };
}

/** x with zeros at missing entries, and a bool mask of the known entries. */
function readMissing(x: tf.Tensor, observed: tf.Tensor): Pick<Missing, "x" | "known"> {
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
