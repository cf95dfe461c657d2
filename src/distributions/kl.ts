import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import { sumOver } from "./build-factorized";
import type { Distribution } from "./distribution";
import { type KlRule, klRules } from "./kl-rules";
import { broadcastShapes, fullTensor } from "./parameters";
import { type PerExample, perExample } from "./per-example";

/**
 * The Kullback–Leibler divergence KL(q ‖ p) = E_q[log q − log p] in closed form.
 *
 * @returns [batch], nats, summed over the event
 * @throws Error naming both families, if no closed form is known; use `monteCarloKl` instead
 */
export function kl(q: Distribution, p: Distribution): PerExample {
  const { factorized, formula } = findRule("kl()", q, p);
  const shape = commonShape("kl()", q, p);
  return tf.tidy(() => {
    const divergence = formula(q, p);
    if (!factorized) return perExample(fullTensor(divergence, shape.slice(0, 1)));
    return perExample(sumOver(shape.length - 1)(fullTensor(divergence, shape)));
  });
}

/**
 * KL(q ‖ p) of each component, for pairs with independent components: the rate of each latent dimension.
 *
 * @returns [batch, …event], nats
 * @throws Error naming both families, if the divergence per component is not known
 */
export function klPerDimension(q: Distribution, p: Distribution): tf.Tensor {
  const { factorized, formula } = findRule("klPerDimension()", q, p);
  if (!factorized) {
    throw new Error(`klPerDimension(): KL(${q.family} || ${p.family}) is known only as a whole. Use kl(q, p).`);
  }
  const shape = commonShape("klPerDimension()", q, p);
  return tf.tidy(() => fullTensor(formula(q, p), shape));
}

function findRule(where: string, q: Distribution, p: Distribution): KlRule {
  const rule = klRules[`${q.family}/${p.family}`];
  if (rule) return rule;
  throw new Error(
    `${where}: no closed form is known for KL(${q.family} || ${p.family}). ` +
      `Use monteCarloKl(q, p, rng, samples) to estimate it. Known pairs: ${Object.keys(klRules).join(", ")}.`,
  );
}

/** The common shape [batch, …event] of both. */
function commonShape(where: string, q: Distribution, p: Distribution): readonly number[] {
  const batch = broadcastShapes([q.batch], [p.batch]);
  if (!batch || !tf.util.arraysEqual([...q.eventShape], [...p.eventShape])) {
    const given = `batch ${p.batch}, event shape [${p.eventShape}]`;
    throw new ArgumentError(where, "p", given, `like q, which has batch ${q.batch}, event shape [${q.eventShape}]`);
  }
  return [...batch, ...q.eventShape];
}
