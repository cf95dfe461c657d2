import { ArgumentError } from "../runtime/argument-error";
import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { codesAndFactors, variance } from "./codes-and-factors";

/** Options of `factorVaeScore()`. */
export interface FactorVaeScoreOptions {
  /** Votes to learn from, and as many again to measure on; defaults to 800. */
  votes?: number;
  /** Examples that share a factor's value, for each vote; defaults to 64. */
  examples?: number;
  /** Dimensions of a smaller variance than this have no vote; defaults to 0.01. */
  threshold?: number;
  /** The seed of the votes; defaults to 0. */
  seed?: number;
}

/** What `factorVaeScore()` finds. */
export interface FactorVaeScore {
  /** The share of held-out votes that name the right factor, in [0, 1]. */
  score: number;
  /** What guessing the most frequent factor would reach on the same votes. */
  guess: number;
  /** votes[j][k]: how often dimension j varied least while factor k stood still, among the votes learned from. */
  votes: number[][];
}

/**
 * The FactorVAE score (Kim & Mnih 2018, section 4): hold one factor still, and see which dimension of the code varies least
 * compared with its variance over all examples. Each dimension stands for the factor it is chosen for most often; the score is
 * how often that is right. 1 where each factor has dimensions of its own, however many. Dimensions with next to no variance are
 * left out (their appendix); 0 where none remain.
 *
 * @param codes [examples, latent]
 * @param factors int32 [examples, factors], the value of each factor
 */
export function factorVaeScore(
  codes: tf.Tensor2D,
  factors: tf.Tensor2D,
  { votes = 800, examples = 64, threshold = 0.01, seed = 0 }: FactorVaeScoreOptions = {},
): FactorVaeScore {
  const where = "factorVaeScore()";
  if (!(Number.isInteger(votes) && votes >= 1))
    throw new ArgumentError(where, "votes", votes, "a whole number above 0");
  if (!(Number.isInteger(examples) && examples >= 2)) {
    throw new ArgumentError(where, "examples", examples, "a whole number of 2 or more");
  }
  if (!(threshold >= 0)) throw new ArgumentError(where, "threshold", threshold, "a number of at least 0");
  const table = codesAndFactors(where, codes, factors);
  const variances = table.codes.map(variance);
  const active = variances.flatMap((v, j) => (v > threshold ? [j] : []));
  const members = table.factors.map((factor, k) => {
    const groups: number[][] = Array.from({ length: table.sizes[k] as number }, () => []);
    for (const [i, value] of factor.entries()) (groups[value] as number[]).push(i);
    return groups;
  });
  const draws = tf.tidy(() =>
    rng(seed)
      .uniform([2 * votes, examples + 2])
      .arraySync(),
  ) as number[][];
  const cast = draws.map(([first = 0, second = 0, ...rest]) => {
    const factor = Math.floor(first * members.length);
    const groups = members[factor] as number[][];
    const group = groups[Math.floor(second * groups.length)] as number[];
    const chosen = rest.map((u) => group[Math.floor(u * group.length)] as number);
    const relative = active.map(
      (j) => variance(chosen.map((i) => table.codes[j]?.[i] as number)) / (variances[j] as number),
    );
    return { factor, dimension: active[relative.indexOf(Math.min(...relative))] };
  });
  const counts = table.codes.map(() => table.factors.map(() => 0));
  for (const { factor, dimension } of cast.slice(0, votes)) {
    const row = counts[dimension ?? -1];
    if (row) row[factor] = (row[factor] as number) + 1;
  }
  const stands = counts.map((row) => row.indexOf(Math.max(...row)));
  const held = cast.slice(votes);
  const share = (right: (vote: (typeof cast)[number]) => boolean): number => held.filter(right).length / votes;
  return {
    score: share(({ factor, dimension }) => dimension !== undefined && stands[dimension] === factor),
    guess: Math.max(...table.factors.map((_, k) => share(({ factor }) => factor === k))),
    votes: counts,
  };
}
