import { continuousBernoulli } from "../distributions/continuous-bernoulli";
import { supports } from "../distributions/support";
import { buildLikelihood, type LibraryLikelihood } from "./build-likelihood";
import { grayAdvice } from "./support-advice";

/** A density for gray values in [0, 1] (Loaiza-Ganem & Cunningham 2019). The decoder outputs one logit per component. */
export function continuousBernoulliLikelihood(): LibraryLikelihood {
  return buildLikelihood({
    spec: { factory: "continuousBernoulliLikelihood", options: {} },
    outputsPerComponent: 1,
    support: supports.unitInterval,
    advice: grayAdvice,
    variables: [],
    distribution: (outputs, dataShape) => continuousBernoulli({ logits: outputs.reshape([-1, ...dataShape]) }),
  });
}
