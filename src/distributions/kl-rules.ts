import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import type { Bernoulli } from "./bernoulli";
import type { Beta } from "./beta";
import { sumOver } from "./build-factorized";
import type { Categorical } from "./categorical";
import { type ContinuousBernoulli, logNormalizer, meanOf } from "./continuous-bernoulli";
import type { Dirichlet } from "./dirichlet";
import type { Distribution } from "./distribution";
import { type FullNormal, mahalanobis } from "./full-normal";
import type { Gamma } from "./gamma";
import { digamma, logGamma } from "./gamma-functions";
import type { Laplace } from "./laplace";
import type { Normal } from "./normal";
import { fullTensor, type Parameter } from "./parameters";
import { diagonal, diagonalMatrix, lowerTriangle, solveLower } from "./triangular";
import type { Uniform } from "./uniform";

/** How to compute KL(q ‖ p) for one pair of families. */
export interface KlRule {
  /** Whether the formula gives one value per component (broadcasting to [batch, …event]) or one per example ([batch]). */
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

/** The closed forms known, by "family of q/family of p". */
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
  // ½(μ² + σ² − 1 − log σ²), with σ² − 1 = expm1(log σ²): exact to the last digits near σ = 1.
  if (p.mean === 0 && p.logVar === 0) {
    return tf
      .square(q.mean)
      .add(tf.sub(tf.expm1(q.logVar), q.logVar))
      .mul(0.5);
  }
  // ½[(μq − μp)²/σp² + r − 1 − log r] with r = σq²/σp².
  const logRatio = tf.sub(q.logVar, p.logVar);
  const shift = tf.mul(tf.square(tf.sub(q.mean, p.mean)), tf.exp(tf.neg(p.logVar)));
  return tf.add(shift, tf.sub(tf.expm1(logRatio), logRatio)).mul(0.5);
}

/** KL(q ‖ N(μ, σ²)) = −H(q) + ½ Σ [log 2πσ² + (Var q + (E q − μ)²)/σ²] needs two moments of q and nothing else. */
function anyNormal(q: Distribution, p: Normal): tf.Tensor {
  const { mean, logVar } = p.parameters;
  const spread = tf.add(q.variance(), tf.square(tf.sub(q.mean(), mean)));
  const cross = tf.add(tf.mul(spread, tf.exp(tf.neg(logVar))), tf.add(logVar, log2Pi)).mul(0.5);
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
  const precision = tf.exp(tf.neg(p.logVar));
  const spread = tf.add(q.variance(), tf.square(tf.sub(q.mean(), p.mean)));
  const [dimensions = 1] = q.eventShape;
  const scaled = tf.add(tf.mul(spread, precision), fullTensor(p.logVar, [1, dimensions]));
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
  const distance = tf.abs(tf.sub(q.mean, p.mean));
  const scale = tf.exp(q.logScale);
  const expected = tf.add(tf.mul(scale, tf.exp(tf.neg(tf.div(distance, scale)))), distance);
  return tf.add(tf.mul(expected, tf.exp(tf.neg(p.logScale))), tf.sub(p.logScale, q.logScale)).sub(1);
}

/** −H(q) + log 2b + E|z − m|/b, with E|z − m| = σ√(2/π) e^(−d²/2σ²) + d erf(d/σ√2), d = μ − m (folded normal). */
function normalLaplace({ parameters: q }: Normal, { parameters: p }: Laplace): tf.Tensor {
  const stdDev = tf.exp(tf.mul(q.logVar, 0.5));
  const difference = tf.sub(q.mean, p.mean);
  const standard = tf.div(difference, stdDev).mul(Math.SQRT1_2);
  const bell = tf.mul(stdDev, tf.exp(tf.neg(tf.square(standard)))).mul(Math.sqrt(2 / Math.PI));
  const distance = tf.add(bell, tf.mul(difference, tf.erf(standard)));
  const entropy = tf.mul(tf.add(q.logVar, 1 + log2Pi), 0.5);
  return tf.add(tf.mul(distance, tf.exp(tf.neg(p.logScale))), tf.sub(tf.add(p.logScale, Math.LN2), entropy));
}

/** E_q[x](lq − lp) − A(lq) + A(lp): an exponential family in its natural parameter, with A = softplus and E = σ. */
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

function categoricalCategorical(q: Categorical, p: Categorical): tf.Tensor {
  const ratio = tf.sub(tf.logSoftmax(q.parameters.logits), tf.logSoftmax(p.parameters.logits));
  return sumOver(q.eventShape.length)(tf.mul(tf.softmax(q.parameters.logits), ratio));
}

/** log of the ratio of widths; +Infinity where p does not cover q. */
function uniformUniform({ parameters: q }: Uniform, { parameters: p }: Uniform): tf.Tensor {
  const ratio = tf.log(tf.div(tf.sub(p.high, p.low), tf.sub(q.high, q.low)));
  const covered = stopGradient(() => tf.logicalAnd(tf.lessEqual(p.low, q.low), tf.greaterEqual(p.high, q.high)));
  return tf.where(covered, ratio, Number.POSITIVE_INFINITY);
}

/** (αq − αp) ψ(αq) − log Γ(αq) + log Γ(αp) + αp log(βq/βp) + αq (βp − βq)/βq. */
function gammaGamma({ parameters: q }: Gamma, { parameters: p }: Gamma): tf.Tensor {
  const shapes = tf.mul(tf.sub(q.concentration, p.concentration), digamma(q.concentration));
  const rates = tf.mul(p.concentration, tf.sub(tf.log(q.rate), tf.log(p.rate)));
  const scale = tf.mul(q.concentration, tf.div(tf.sub(p.rate, q.rate), q.rate));
  return tf
    .add(shapes, tf.sub(logGamma(p.concentration), logGamma(q.concentration)))
    .add(rates)
    .add(scale);
}

/** log B(p) − log B(q) + (αq − αp) ψ(αq) + (βq − βp) ψ(βq) + (αp − αq + βp − βq) ψ(αq + βq). */
function betaBeta({ parameters: q }: Beta, { parameters: p }: Beta): tf.Tensor {
  const total = tf.add(q.alpha, q.beta);
  const alphas = tf.sub(q.alpha, p.alpha);
  const betas = tf.sub(q.beta, p.beta);
  return tf
    .sub(logBeta(p.alpha, p.beta), logBeta(q.alpha, q.beta))
    .add(tf.mul(alphas, digamma(q.alpha)))
    .add(tf.mul(betas, digamma(q.beta)))
    .sub(tf.mul(tf.add(alphas, betas), digamma(total)));
}

const logBeta = (a: Parameter, b: Parameter): tf.Tensor =>
  tf.sub(tf.add(logGamma(a), logGamma(b)), logGamma(tf.add(a, b)));

/** log B(αp) − log B(αq) + Σ (αq − αp)(ψ(αq) − ψ(Σαq)), B the multivariate beta function. */
function dirichletDirichlet(q: Dirichlet, p: Dirichlet): tf.Tensor {
  const a = q.parameters.concentration;
  const b = p.parameters.concentration;
  const logBetas = (alpha: tf.Tensor) => tf.sub(tf.sum(logGamma(alpha), -1), logGamma(tf.sum(alpha, -1)));
  const expectedLogs = tf.sub(digamma(a), digamma(tf.sum(a, -1, true)));
  const linear = tf.sum(tf.mul(tf.sub(a, b), expectedLogs), -1);
  return sumOver(q.eventShape.length - 1)(tf.add(linear, tf.sub(logBetas(b), logBetas(a))));
}
