import { continuousBernoulli } from "../distributions/continuous-bernoulli";
import { supports } from "../distributions/support";
import type { Likelihood } from "./likelihood";

/** A density for gray values in [0, 1] (Loaiza-Ganem & Cunningham 2019); the decoder gives its logits. */
export function continuousBernoulliLikelihood(): Likelihood {
  return {
    spec: { factory: "continuousBernoulliLikelihood", options: {} },
    outputsPerComponent: 1,
    support: supports.unitInterval,
    variables: [],
    distribution: (outputs, dataShape) => continuousBernoulli({ logits: outputs.reshape([-1, ...dataShape]) }),
  };
}
