import { tf } from "../runtime/tensorflow";
import { buildDistribution } from "./build-distribution";
import { sumOver } from "./build-factorized";
import { classShape } from "./categorical";
import type { Distribution } from "./distribution";
import { digamma, logGamma } from "./gamma-functions";
import { safeLog, smallest } from "./positive";
import { sampleLogGamma } from "./sample-log-gamma";
import { supports } from "./support";

/** Parameters of `dirichlet()`. */
export interface DirichletOptions {
  /** α > 0, [batch, …event, classes] */
  concentration: tf.Tensor;
}

/** A distribution over rows of probabilities; made by `dirichlet()`. */
export interface Dirichlet extends Distribution {
  readonly family: "dirichlet";
  readonly parameters: { readonly concentration: tf.Tensor };
}

/** The Dirichlet distribution on the simplex, density Π xₖ^(αₖ−1) Γ(Σα)/Π Γ(αₖ); draws are [batch, …event, classes]. */
export function dirichlet({ concentration: alpha }: DirichletOptions): Dirichlet {
  const shape = classShape("dirichlet()", alpha, "concentration");
  const classes = shape.at(-1) as number;
  const sumRows = sumOver(shape.length - 2);
  const total = () => tf.sum(alpha, -1);
  const mean = () => tf.div(alpha, tf.sum(alpha, -1, true));
  const logBeta = () => tf.sub(tf.sum(logGamma(alpha), -1), logGamma(total()));
  const distribution = buildDistribution({
    family: "dirichlet",
    shape,
    reparameterised: true,
    support: supports.simplex,
    // X/ΣX = softmax(log X) for Xₖ ~ Gamma(αₖ, 1).
    sample: (rng, prefix) => tf.maximum(tf.softmax(sampleLogGamma(rng, alpha, [...prefix, ...shape])), smallest),
    logProb: (x) => sumRows(tf.sub(tf.sum(tf.mul(alpha.sub(1), safeLog(x)), -1), logBeta())),
    mean,
    variance: () => tf.div(tf.mul(mean(), tf.sub(1, mean())), tf.sum(alpha, -1, true).add(1)),
    // log B(α) + (Σα − K) ψ(Σα) − Σ (αₖ−1) ψ(αₖ)
    entropy: () =>
      sumRows(
        tf
          .add(logBeta(), tf.mul(total().sub(classes), digamma(total())))
          .sub(tf.sum(tf.mul(alpha.sub(1), digamma(alpha)), -1)),
      ),
  });
  return { ...distribution, parameters: { concentration: alpha } };
}
