import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import type { Bernoulli } from "./bernoulli";
import { sumOver } from "./build-factorised";
import type { Distribution } from "./distribution";
import type { Normal } from "./normal";
import { broadcastShapes, fullTensor } from "./parameters";
import { type PerExample, perExample } from "./per-example";

/**
 * The Kullback–Leibler divergence KL(q ‖ p) = E_q[log q − log p] in closed form.
 *
 * @returns [batch], nats, summed over the event
 * @throws Error naming both families where no closed form is known; `monteCarloKl` is the alternative
 */
export function kl(q: Distribution, p: Distribution): PerExample {
  const rule = findRule("kl()", q, p);
  const [batch, ...event] = commonShape("kl()", q, p);
  return tf.tidy(() => {
    const divergence = rule.formula(q, p);
    return perExample(
      rule.factorised
        ? sumOver(event.length)(fullTensor(divergence, [batch, ...event]))
        : fullTensor(divergence, [batch]),
    );
  });
}

/**
 * KL(q ‖ p) of each component, for pairs whose components are independent: what each latent dimension costs.
 *
 * @returns [batch, …event], nats
 * @throws Error naming both families where the divergence is not a sum over components, or is not known
 */
export function klPerDimension(q: Distribution, p: Distribution): tf.Tensor {
  const rule = findRule("klPerDimension()", q, p);
  if (!rule.factorised) {
    throw new Error(
      `klPerDimension(): the divergence of ${q.family} from ${p.family} is not a sum over dimensions. Use kl(q, p).`,
    );
  }
  const shape = commonShape("klPerDimension()", q, p);
  return tf.tidy(() => fullTensor(rule.formula(q, p), shape));
}

interface Rule {
  /** Whether the formula gives one value per component ([batch, …event]) or one per example ([batch]). */
  factorised: boolean;
  formula(q: Distribution, p: Distribution): tf.Tensor;
}

const factorised = <Q extends Distribution, P extends Distribution>(formula: (q: Q, p: P) => tf.Tensor): Rule => ({
  factorised: true,
  formula: formula as Rule["formula"],
});

/** By "family of q/family of p". */
const rules: Record<string, Rule> = {
  "normal/normal": factorised(normalNormal),
  "bernoulli/bernoulli": factorised(bernoulliBernoulli),
};

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
  const shift = tf.mul(tf.squaredDifference(q.mean, p.mean), tf.exp(tf.neg(p.logVar)));
  return tf.add(shift, tf.sub(tf.expm1(logRatio), logRatio)).mul(0.5);
}

function bernoulliBernoulli({ parameters: q }: Bernoulli, { parameters: p }: Bernoulli): tf.Tensor {
  // E_q[x](lq − lp) − softplus(lq) + softplus(lp), of the exponential family in its natural parameter.
  const linear = tf.mul(tf.sigmoid(q.logits), tf.sub(q.logits, p.logits));
  return linear.add(tf.sub(tf.softplus(p.logits), tf.softplus(q.logits)));
}

function findRule(where: string, q: Distribution, p: Distribution): Rule {
  const rule = rules[`${q.family}/${p.family}`];
  if (rule) return rule;
  throw new Error(
    `${where}: no closed form is known for KL(${q.family} || ${p.family}). ` +
      `Use monteCarloKl(q, p, rng, samples) to estimate it. Known pairs: ${Object.keys(rules).join(", ")}.`,
  );
}

/** [batch, …event] of both. */
function commonShape(where: string, q: Distribution, p: Distribution): [number, ...number[]] {
  const shape = broadcastShapes([q.batch], [p.batch]);
  if (!shape || !tf.util.arraysEqual([...q.eventShape], [...p.eventShape])) {
    const accepted = `of the event shape [${q.eventShape}] and the batch of q (or 1)`;
    throw new ArgumentError(where, "p", `batch ${p.batch}, event shape [${p.eventShape}]`, accepted);
  }
  return [shape[0] ?? 1, ...q.eventShape];
}
