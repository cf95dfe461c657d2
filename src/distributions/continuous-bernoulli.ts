import { checkOptions, optionsSchema } from "../runtime/check-options";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import { buildFactorized } from "./build-factorized";
import type { Distribution } from "./distribution";
import { fullTensor, type Parameter, parameterRule, parameterShape, type ShapeOptions, shapeRule } from "./parameters";
import { belowOne } from "./positive";
import { supports } from "./support";

/** Parameters of `continuousBernoulli()`. */
export interface ContinuousBernoulliOptions extends ShapeOptions {
  /** l = log λ/(1 − λ), [batch, …event] */
  logits: Parameter;
}

/** A density on [0, 1] for gray values, created by `continuousBernoulli()`. */
export interface ContinuousBernoulli extends Distribution {
  readonly family: "continuousBernoulli";
  readonly parameters: { readonly logits: Parameter };
}

const schema = optionsSchema<ContinuousBernoulliOptions>({
  logits: parameterRule,
  shape: shapeRule.optional(),
});

/**
 * The continuous Bernoulli distribution on [0, 1] with independent components: Loaiza-Ganem & Cunningham 2019.
 *
 * Its density C(λ) λˣ (1 − λ)¹⁻ˣ is an exponential family in x, p(x) = exp(l x − A(l)) with A(l) = log ∫₀¹ exp(l x) dx =
 * log((eˡ − 1)/l), which has no singularity at λ = ½ (l = 0). The mean is A′(l), not λ.
 *
 * @throws ArgumentError for numbers out of range, tensors that are not float32 or do not broadcast, and unknown options
 */
export function continuousBernoulli(options: ContinuousBernoulliOptions): ContinuousBernoulli {
  checkOptions("continuousBernoulli()", schema, options);
  const { logits, shape: wanted } = options;
  const shape = parameterShape("continuousBernoulli()", { logits }, wanted);
  const full = () => fullTensor(logits, shape);
  const distribution = buildFactorized({
    family: "continuousBernoulli",
    shape,
    reparameterized: true,
    support: supports.unitInterval,
    sample: (rng, prefix) => inverseCdf(rng.uniform([...prefix, ...shape]), full()),
    logProb: (x, sumEvent) => sumEvent(tf.sub(tf.mul(x, logits), logNormalizer(full()))),
    mean: () => meanOf(full()),
    variance: () => varianceOf(full()),
    // E[−log p] = A(l) − l E[x]
    entropy: () => tf.sub(logNormalizer(full()), tf.mul(logits, meanOf(full()))),
  });
  return { ...distribution, parameters: { logits } };
}

/**
 * A(l) = log((eˡ − 1)/l), element by element.
 *
 * Away from 0, A(l) = max(l, 0) + log((1 − e^−|l|)/|l|); near 0, A(l) = l/2 + Σ B₂ₙ l²ⁿ/(2n (2n)!) with the Bernoulli
 * numbers B.
 */
export function logNormalizer(logits: tf.Tensor): tf.Tensor {
  return nearZero(
    logits,
    1,
    (l) => tf.add(l.mul(0.5), even(l, [0, 1 / 24, -1 / 2880, 1 / 181440, -1 / 9676800])),
    (l) => {
      const size = tf.abs(l);
      return tf.add(tf.relu(l), tf.log(tf.div(tf.neg(tf.expm1(tf.neg(size))), size)));
    },
  );
}

/** E[x] = A′(l) = 1/(1 − e^−l) − 1/l, element by element. */
export function meanOf(logits: tf.Tensor): tf.Tensor {
  return nearZero(
    logits,
    1,
    (l) => tf.mul(l, even(l, [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600])).add(0.5),
    (l) => {
      // For l < 0, uses the symmetry 1 − E at −l, because e^−l would overflow.
      const size = tf.abs(l);
      const above = tf.sub(tf.div(-1, tf.expm1(tf.neg(size))), tf.div(1, size));
      return tf.add(tf.mul(tf.sign(l), above.sub(0.5)), 0.5);
    },
  );
}

/** Var[x] = A″(l) = 1/l² − 1/(4 sinh²(l/2)), element by element. */
function varianceOf(logits: tf.Tensor): tf.Tensor {
  return nearZero(
    logits,
    1,
    (l) => even(l, [1 / 12, -1 / 240, 1 / 6048, -1 / 172800, 1 / 5322240]),
    (l) => {
      // 1/(4 sinh²(a/2)) = e^−a/(1 − e^−a)², a = |l|
      const size = tf.neg(tf.abs(l));
      return tf.sub(tf.div(1, tf.square(l)), tf.div(tf.exp(size), tf.square(tf.expm1(size))));
    },
  );
}

/** The x with P(X ≤ x) = u: log(1 + u (eˡ − 1))/l, element by element. */
function inverseCdf(u: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const l = tf.add(logits, tf.zerosLike(u));
  return nearZero(
    l,
    0.1,
    (small) => {
      // Uses the cumulants of a Bernoulli variable with mean u and v = u(1 − u): u + v l/2 + v(1 − 2u) l²/6 + v(1 − 6v) l³/24.
      const v = tf.mul(u, tf.sub(1, u));
      const cubic = tf.mul(small, tf.sub(1, v.mul(6))).div(24);
      const quadratic = tf.mul(small, tf.add(tf.sub(1, u.mul(2)).div(6), cubic));
      return tf.add(u, tf.mul(tf.mul(v, small), tf.add(quadratic, 0.5)));
    },
    (large) => {
      // For l > 0, uses 1 − x of the mirrored distribution, with 1 − u in place of u, because eˡ would overflow.
      const sign = tf.sign(large);
      const size = tf.abs(large);
      // 1 is replaced with the largest float below 1, because log1p(−1) would be −∞.
      const mirrored = tf.minimum(tf.add(tf.mul(sign, tf.sub(0.5, u)), 0.5), belowOne);
      const x = tf.neg(tf.div(tf.log1p(tf.mul(mirrored, tf.expm1(tf.neg(size)))), size));
      return tf.clipByValue(tf.add(tf.mul(sign, tf.sub(0.5, x)), 0.5), 0, 1);
    },
  );
}

/** `near` where |l| < radius, `far` elsewhere. Each gets safe values in place of the other's, so no gradient is NaN. */
function nearZero(
  l: tf.Tensor,
  radius: number,
  near: (l: tf.Tensor) => tf.Tensor,
  far: (l: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const isNear = stopGradient(() => tf.less(tf.abs(l), radius));
  return tf.where(isNear, near(tf.where(isNear, l, tf.zerosLike(l))), far(tf.where(isNear, tf.onesLike(l), l)));
}

/** c₀ + c₁ l² + c₂ l⁴ + …, by Horner's rule. */
function even(l: tf.Tensor, coefficients: readonly number[]): tf.Tensor {
  const square = tf.square(l);
  const [last = 0, ...rest] = [...coefficients].reverse();
  return rest.reduce<tf.Tensor>((sum, c) => tf.add(tf.mul(sum, square), c), tf.fill(l.shape, last));
}
