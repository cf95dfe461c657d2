import { readFileSync } from "node:fs";
import { bernoulli } from "../../src/distributions/bernoulli";
import { beta } from "../../src/distributions/beta";
import { affineBijector } from "../../src/distributions/bijectors/affine";
import { chainBijector } from "../../src/distributions/bijectors/chain";
import { expBijector } from "../../src/distributions/bijectors/exp";
import { planarBijector } from "../../src/distributions/bijectors/planar";
import { sigmoidBijector } from "../../src/distributions/bijectors/sigmoid";
import { categorical } from "../../src/distributions/categorical";
import { continuousBernoulli } from "../../src/distributions/continuous-bernoulli";
import { dirichlet } from "../../src/distributions/dirichlet";
import { discretizedLogistic } from "../../src/distributions/discretized-logistic";
import type { Distribution } from "../../src/distributions/distribution";
import { fullNormal } from "../../src/distributions/full-normal";
import { gamma } from "../../src/distributions/gamma";
import { laplace } from "../../src/distributions/laplace";
import { mixture } from "../../src/distributions/mixture";
import { multinomial } from "../../src/distributions/multinomial";
import { normal } from "../../src/distributions/normal";
import { relaxedCategorical } from "../../src/distributions/relaxed-categorical";
import { standardNormal } from "../../src/distributions/standard-normal";
import { transformed } from "../../src/distributions/transformed";
import { uniform } from "../../src/distributions/uniform";
import { tf } from "../../src/runtime/tensorflow";

/** The table that every law of distributions runs over: how to build each family, and reference values for it. */

export type Parameters = Record<string, tf.Tensor>;

/** What the laws must know of a family besides its formulas. */
export interface Family {
  make(parameters: Parameters): Distribution;
  /** Its draws are discrete: no gradient by x, no density. */
  discrete?: boolean;
}

type P<Names extends string> = Record<Names, tf.Tensor>;
const family = <Names extends string>(
  make: (p: P<Names>) => Distribution,
  flags: Omit<Family, "make"> = {},
): Family => ({
  make: make as Family["make"],
  ...flags,
});

const affineNormal = ({ shift, logScale }: P<"shift" | "logScale">, last: ReturnType<typeof expBijector>) =>
  transformed({
    base: standardNormal(shift.shape.slice(1), shift.shape[0]),
    bijector: chainBijector([affineBijector({ shift, logScale }), last]),
  });

/** Every family by the name that the reference file uses. */
export const families = {
  normal: family<"mean" | "logVar">(normal),
  normalStdDev: family<"mean" | "stdDev">(normal),
  fullNormal: family<"mean" | "scaleTril">(fullNormal),
  laplace: family<"mean" | "logScale">(laplace),
  bernoulli: family<"logits">(bernoulli, { discrete: true }),
  grayBernoulli: family<"logits">((p) => bernoulli({ ...p, values: "gray" }), { discrete: true }),
  continuousBernoulli: family<"logits">(continuousBernoulli),
  discretizedLogistic: family<"mean" | "logScale">(discretizedLogistic, { discrete: true }),
  categorical: family<"logits">(categorical, { discrete: true }),
  multinomial: family<"logits">((p) => multinomial({ ...p, total: 6 }), { discrete: true }),
  relaxedCategorical: family<"logits" | "temperature">(relaxedCategorical),
  sharedMixture: family<"logits" | "mean" | "logVar">(({ logits, mean, logVar }) =>
    mixture({ logits, components: normal({ mean, logVar }) }),
  ),
  ownMixture: family<"logits" | "mean" | "logScale">(({ logits, mean, logScale }) => {
    const [means, scales] = [tf.unstack(mean, 1), tf.unstack(logScale, 1)];
    const components = means.map((m, i) => laplace({ mean: m, logScale: scales[i] as tf.Tensor }));
    return mixture({ logits, components });
  }),
  uniform: family<"low" | "high">(uniform),
  gamma: family<"concentration" | "rate">(gamma),
  beta: family<"alpha" | "beta">(beta),
  dirichlet: family<"concentration">(dirichlet),
  logNormal: family<"shift" | "logScale">((p) => affineNormal(p, expBijector())),
  logitNormal: family<"shift" | "logScale">((p) => affineNormal(p, sigmoidBijector())),
  planar: family<"u" | "w" | "b">(({ u, w, b }) =>
    transformed({ base: standardNormal(u.shape.slice(-1), 2), bijector: planarBijector({ u, w, b }) }),
  ),
} satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;

type Numbers = number | Numbers[];
type Side = { family: FamilyName; parameters: Record<string, Numbers> };

/** One row of distributions.json. */
export interface ReferenceCase extends Side {
  name: string;
  /** [n, batch, …event] */
  x: Numbers;
  /** [n, batch] */
  logProb: Numbers;
  mean: Numbers | null;
  variance: Numbers | null;
  entropy: Numbers | null;
}

/** One divergence of distributions.json. */
export interface ReferenceDivergence {
  name: string;
  q: Side;
  p: Side;
  /** [batch], nats */
  kl: (number | "Infinity")[];
}

interface Reference {
  cases: ReferenceCase[];
  divergences: ReferenceDivergence[];
  planar: Record<"u" | "w" | "b" | "z" | "forward" | "logDet", Numbers>;
}

export const reference = JSON.parse(
  readFileSync(new URL("../reference/distributions.json", import.meta.url), "utf8"),
) as Reference;

/** The rows with a family that has a closed-form density. */
export const cases = reference.cases.map((row) => ({ ...row, ...(families[row.family] as Family) }));

export const tensor = (values: Numbers): tf.Tensor => tf.tensor(values as number[], undefined, "float32");

/** The parameters of a row as tensors. */
export const parametersOf = (row: Side): Parameters =>
  Object.fromEntries(Object.entries(row.parameters).map(([name, values]) => [name, tensor(values)]));

/** The distribution of a row. */
export const distributionOf = (row: Side): Distribution => (families[row.family] as Family).make(parametersOf(row));
