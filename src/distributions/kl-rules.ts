import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import type { Bernoulli } from "./bernoulli";
import type { Beta } from "./beta";
import { sumOver } from "./build-factorized";
import { type Categorical, finiteLog } from "./categorical";
import { type ContinuousBernoulli, logNormalizer, meanOf } from "./continuous-bernoulli";
import { deviance } from "./deviance";
import type { Dirichlet } from "./dirichlet";
import { dirichletKl, remainder } from "./dirichlet-formulas";
import type { Distribution } from "./distribution";
import { type FullNormal, mahalanobis } from "./full-normal";
import type { Gamma } from "./gamma";
import { type Laplace, scaledDistance } from "./laplace";
import type { Normal } from "./normal";
import { fullTensor, type Parameter } from "./parameters";
import { timesExp } from "./positive";
import { diagonal, diagonalMatrix, lowerTriangle, solveLower } from "./triangular";
import type { Uniform } from "./uniform";

/** How to compute KL(q ‖ p) for one pair of families. */
export interface KlRule {
  /** Whether the formula returns one value per component (broadcasting to [batch, …event]) or one per example ([batch]). */
  readonly factorized: boolean;
  formula(q: Distribution, p: Distribution): tf.Tensor;
}

const perComponent = <Q extends Distribution, P extends Distribution>(formula: (q: Q, p: P) => tf.Tensor): KlRule => ({
  factorized: true,
  formula: formula as unknown as KlRule["formula"],
});

const perRow = <Q extends Distribution, P extends Distribution>(formula: (q: Q, p: P) => tf.Tensor): KlRule => ({
  factorized: false,
  formula: formula as unknown as KlRule["formula"],
});

/** The known closed forms, by "family of q/family of p". */
export const klRules: Readonly<Record<string, KlRule>> = {
  "normal/normal": perComponent(normalNormal),
  "fullNormal/fullNormal": perRow(fullFull),
  "fullNormal/normal": perRow(fullDiagonal),
  "normal/fullNormal": perRow(diagonalFull),
  "laplace/laplace": perComponent(laplaceLaplace),
  "laplace/normal": perRow(anyNormal),
  "normal/laplace": perComponent(normalLaplace),
  "bernoulli/bernoulli": perComponent(bernoulliBernoulli),
  "continuousBernoulli/continuousBernoulli": perComponent(continuousContinuous),
  "categorical/categorical": perRow(categoricalCategorical),
  "uniform/uniform": perComponent(uniformUniform),
  "uniform/normal": perRow(anyNormal),
  "gamma/gamma": perComponent(gammaGamma),
  "gamma/normal": perRow(anyNormal),
  "beta/beta": perComponent(betaBeta),
  "beta/normal": perRow(anyNormal),
  "dirichlet/dirichlet": perRow(dirichletDirichlet),
};

/** log 2π */
const log2Pi = Math.log(2 * Math.PI);

/** Kingma & Welling 2014, appendix B, for p = N(0, I). */
function normalNormal({ parameters: q }: Normal, { parameters: p }: Normal): tf.Tensor {
  // ½(μ² + σ² − 1 − log σ²), with σ² − 1 = expm1(log σ²), which is accurate near σ = 1.
  if (p.mean === 0 && p.logVar === 0) {
    return tf
      .square(q.mean)
      .add(tf.sub(tf.expm1(q.logVar), q.logVar))
      .mul(0.5);
  }
  // ½[(μq − μp)²/σp² + r − 1 − log r] with r = σq²/σp².
  const logRatio = tf.sub(q.logVar, p.logVar);
  const shift = tf.square(timesExp(tf.sub(q.mean, p.mean), tf.mul(p.logVar, -0.5)));
  return tf.add(shift, tf.sub(tf.expm1(logRatio), logRatio)).mul(0.5);
}

/** KL(q ‖ N(μ, σ²)) = −H(q) + ½ Σ [log 2πσ² + (Var q + (E q − μ)²)/σ²] needs only two moments of q. */
function anyNormal(q: Distribution, p: Normal): tf.Tensor {
  const { mean, logVar } = p.parameters;
  const spread = tf.add(q.variance(), tf.square(tf.sub(q.mean(), mean)));
  const cross = tf.add(timesExp(spread, tf.neg(logVar)), tf.add(logVar, log2Pi)).mul(0.5);
  return tf.sub(sumOver(q.eventShape.length)(cross), q.entropy());
}

/** ½[|Lp⁻¹Lq|² + |Lp⁻¹(μq − μp)|² − D] + Σ log diag Lp − Σ log diag Lq, with tr(Σp⁻¹Σq) = |Lp⁻¹Lq|². */
function fullFull({ parameters: q }: FullNormal, { parameters: p }: FullNormal): tf.Tensor {
  const [dimensions = 1] = q.mean.shape.slice(-1);
  const batch = Math.max(q.mean.shape[0] ?? 1, p.mean.shape[0] ?? 1);
  const square = [batch, dimensions, dimensions];
  const left = fullTensor(p.scaleTril, square);
  const right = fullTensor(lowerTriangle(q.scaleTril), square);
  const trace = tf.sum(tf.square(solveLower(left, right)), [-2, -1]);
  const shift = mahalanobis(left, fullTensor(tf.sub(q.mean, p.mean), [batch, dimensions]));
  const logDets = tf.sub(logDiagonal(p.scaleTril), logDiagonal(q.scaleTril));
  return tf.add(trace, shift).sub(dimensions).mul(0.5).add(logDets);
}

function fullDiagonal(q: FullNormal, { parameters: p }: Normal): tf.Tensor {
  const spread = tf.add(q.variance(), tf.square(tf.sub(q.mean(), p.mean)));
  const [dimensions = 1] = q.eventShape;
  const scaled = tf.add(timesExp(spread, tf.neg(p.logVar)), fullTensor(p.logVar, [1, dimensions]));
  return tf.sum(scaled, -1).sub(dimensions).mul(0.5).sub(logDiagonal(q.parameters.scaleTril));
}

function diagonalFull(q: Normal, p: FullNormal): tf.Tensor {
  const stdDev = tf.exp(tf.mul(fullTensor(q.parameters.logVar, [q.batch, ...q.eventShape]), 0.5));
  const scaleTril = diagonalMatrix(stdDev);
  return fullFull({ ...q, family: "fullNormal", parameters: { mean: q.mean(), scaleTril } }, p);
}

const logDiagonal = (scaleTril: tf.Tensor): tf.Tensor => tf.sum(tf.log(diagonal(scaleTril)), -1);

/** log(bp/bq) + (bq e^(−d/bq) + d)/bp − 1, d = |μq − μp|: Gil, Alajaji & Linder 2013, table 2. */
function laplaceLaplace({ parameters: q }: Laplace, { parameters: p }: Laplace): tf.Tensor {
  const difference = tf.sub(q.mean, p.mean);
  const logRatio = tf.sub(q.logScale, p.logScale);
  const overlap = tf.expm1(tf.sub(logRatio, scaledDistance(difference, q.logScale)));
  return tf.sub(tf.add(overlap, scaledDistance(difference, p.logScale)), logRatio);
}

/** −H(q) + log 2b + E|z − m|/b, with E|z − m| = σ√(2/π) e^(−d²/2σ²) + d erf(d/σ√2), d = μ − m (folded normal). */
function normalLaplace({ parameters: q }: Normal, { parameters: p }: Laplace): tf.Tensor {
  const difference = tf.sub(q.mean, p.mean);
  const standard = timesExp(difference, tf.mul(q.logVar, -0.5)).mul(Math.SQRT1_2);
  const bell = tf.exp(tf.sub(tf.sub(tf.mul(q.logVar, 0.5), p.logScale), tf.square(standard)));
  const distance = timesExp(tf.mul(difference, tf.erf(standard)), tf.neg(p.logScale));
  const entropy = tf.mul(tf.add(q.logVar, 1 + log2Pi), 0.5);
  const absolute = tf.add(bell.mul(Math.sqrt(2 / Math.PI)), distance);
  return tf.add(absolute, tf.sub(tf.add(p.logScale, Math.LN2), entropy));
}

/**
 * E_q[x](lq − lp) − A(lq) + A(lp): the formula of an exponential family in its natural parameter, with A = softplus and
 * E = σ.
 */
function bernoulliBernoulli({ parameters: q }: Bernoulli, { parameters: p }: Bernoulli): tf.Tensor {
  const linear = tf.mul(tf.sigmoid(q.logits), tf.sub(q.logits, p.logits));
  return linear.add(tf.sub(tf.softplus(p.logits), tf.softplus(q.logits)));
}

/** The same with A and E of the continuous Bernoulli. */
function continuousContinuous(q: ContinuousBernoulli, p: ContinuousBernoulli): tf.Tensor {
  const lq = fullTensor(q.parameters.logits, [q.batch, ...q.eventShape]);
  const lp = fullTensor(p.parameters.logits, [p.batch, ...p.eventShape]);
  return tf.add(tf.mul(meanOf(lq), tf.sub(lq, lp)), tf.sub(logNormalizer(lp), logNormalizer(lq)));
}

/** Σ q (log q − log p) with 0 log 0 = 0; +Infinity if q has a class that p excludes. */
function categoricalCategorical({ parameters: q, eventShape }: Categorical, { parameters: p }: Categorical): tf.Tensor {
  const [probs, logP] = [tf.softmax(q.logits), tf.logSoftmax(p.logits)];
  const ratio = tf.sub(finiteLog(tf.logSoftmax(q.logits)), finiteLog(logP));
  const excluded = stopGradient(() => tf.logicalAnd(tf.greater(probs, 0), tf.equal(logP, Number.NEGATIVE_INFINITY)));
  return sumOver(eventShape.length)(tf.where(excluded, Number.POSITIVE_INFINITY, tf.mul(probs, ratio)));
}

/** The log of the ratio of widths; +Infinity if p does not cover q. */
function uniformUniform({ parameters: q }: Uniform, { parameters: p }: Uniform): tf.Tensor {
  const ratio = tf.log(tf.div(tf.sub(p.high, p.low), tf.sub(q.high, q.low)));
  const covered = stopGradient(() => tf.logicalAnd(tf.lessEqual(p.low, q.low), tf.greaterEqual(p.high, q.high)));
  return tf.where(covered, ratio, Number.POSITIVE_INFINITY);
}

/**
 * (αq − αp) ψ(αq) − log Γ(αq) + log Γ(αp) + αp log(βq/βp) + αq (βp − βq)/βq. Its large terms are the deviance of αp from αq βp/βq.
 */
function gammaGamma(q: Gamma, p: Gamma): tf.Tensor {
  const [alphaQ, alphaP] = [fullParameter(q, q.parameters.concentration), fullParameter(p, p.parameters.concentration)];
  const ratio = tf.div(p.parameters.rate, q.parameters.rate);
  return tf.add(deviance(alphaP, tf.mul(alphaQ, ratio)), remainder(alphaQ, alphaP));
}

/** The beta distribution is a Dirichlet distribution with two parts. */
function betaBeta(q: Beta, p: Beta): tf.Tensor {
  const parts = (d: Beta) =>
    tf.stack(
      [d.parameters.alpha, d.parameters.beta].map((t) => fullParameter(d, t)),
      -1,
    );
  return dirichletKl(parts(q), parts(p));
}

function dirichletDirichlet({ parameters: q, eventShape }: Dirichlet, { parameters: p }: Dirichlet): tf.Tensor {
  return sumOver(eventShape.length - 1)(dirichletKl(q.concentration, p.concentration));
}

const fullParameter = (d: Distribution, parameter: Parameter): tf.Tensor =>
  fullTensor(parameter, [d.batch, ...d.eventShape]);
