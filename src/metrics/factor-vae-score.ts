import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { rng } from "../runtime/rng";
import { nonNegative, seedNumber as seedRule, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { codesAndFactors, variance } from "./codes-and-factors";

/** Options of `factorVaeScore()`. */
export interface FactorVaeScoreOptions {
  /** The number of votes for learning, and again for evaluation; defaults to 800. */
  votes?: number;
  /** The number of examples per vote; they share the value of one factor. Defaults to 64. */
  examples?: number;
  /** Dimensions with a smaller variance are ignored; defaults to 0.01. */
  threshold?: number;
  /** The seed of the votes; defaults to 0. */
  seed?: number;
}

/** The result of `factorVaeScore()`. */
export interface FactorVaeScore {
  /** The share of held-out votes that name the right factor, in [0, 1]. */
  score: number;
  /** The score of always guessing the most frequent factor, on the same votes. */
  guess: number;
  /** votes[j][k] is how often dimension j varied least while factor k was fixed, among the votes for learning. */
  votes: number[][];
}

const schema = optionsSchema<FactorVaeScoreOptions>({
  votes: wholeNumber().optional(),
  examples: wholeNumber(2).optional(),
  threshold: nonNegative.optional(),
  seed: seedRule.optional(),
});

/**
 * The FactorVAE score (Kim & Mnih 2018, section 4). Each vote fixes one factor and finds the dimension of the code that varies
 * least, relative to its variance over all examples. Each dimension is assigned to the factor that it is chosen for most often;
 * the score is the share of held-out votes where this is correct. It is 1 if each factor has its own dimensions, no matter how
 * many. Dimensions with almost no variance are ignored (their appendix); if none remain, the score is 0. Factor values that only
 * one example has are also ignored, because a single example does not vary. If all dimensions vary equally little, the vote names
 * none of them and counts as wrong.
 *
 * @param codes [examples, latentDim]
 * @param factors int32 [examples, factors], the value of each factor
 * @throws ArgumentError for a factor where no two examples share a value
 */
export function factorVaeScore(
  codes: tf.Tensor2D,
  factors: tf.Tensor2D,
  options: FactorVaeScoreOptions = {},
): FactorVaeScore {
  const where = "factorVaeScore()";
  checkOptions(where, schema, options);
  const { votes = 800, examples = 64, threshold = 0.01, seed = 0 } = options;
  const table = codesAndFactors(where, codes, factors);
  const variances = table.codes.map(variance);
  const active = variances.flatMap((v, j) => (v > threshold ? [j] : []));
  const members = table.factors.map((factor, k) => {
    const groups: number[][] = Array.from({ length: table.sizes[k] as number }, () => []);
    for (const [i, value] of factor.entries()) (groups[value] as number[]).push(i);
    // A single example does not vary in any dimension.
    const shared = groups.filter((group) => group.length > 1);
    if (shared.length > 0) return shared;
    throw new ArgumentError(where, `factors[:, ${k}]`, "values that occur once each", "values that two examples share");
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
    const least = Math.min(...relative);
    // If all dimensions vary equally little (copies of one example), none of them gets the vote.
    const isTie = relative.length > 1 && relative.every((value) => value === least);
    return { factor, dimension: isTie ? undefined : active[relative.indexOf(least)] };
  });
  const counts = table.codes.map(() => table.factors.map(() => 0));
  for (const { factor, dimension } of cast.slice(0, votes)) {
    const row = counts[dimension ?? -1];
    if (row) row[factor] = (row[factor] as number) + 1;
  }
  const represented = counts.map((row) => row.indexOf(Math.max(...row)));
  const held = cast.slice(votes);
  const share = (right: (vote: (typeof cast)[number]) => boolean): number => held.filter(right).length / votes;
  return {
    score: share(({ factor, dimension }) => dimension !== undefined && represented[dimension] === factor),
    guess: Math.max(...table.factors.map((_, k) => share(({ factor }) => factor === k))),
    votes: counts,
  };
}
