import { bernoulliLikelihood } from "./bernoulli-likelihood";
import { categoricalLikelihood } from "./categorical-likelihood";
import { continuousBernoulliLikelihood } from "./continuous-bernoulli-likelihood";
import { discretisedLogisticLikelihood } from "./discretized-logistic-likelihood";
import { gaussianLikelihood } from "./gaussian-likelihood";
import { laplaceLikelihood } from "./laplace-likelihood";
import type { Likelihood } from "./likelihood";
import { multinomialLikelihood } from "./multinomial-likelihood";

/** The likelihoods by the name of the function that makes them, for saved models. */
export const likelihoods: Readonly<Record<string, (options: never) => Likelihood>> = {
  bernoulliLikelihood,
  categoricalLikelihood,
  continuousBernoulliLikelihood,
  discretisedLogisticLikelihood,
  gaussianLikelihood,
  laplaceLikelihood,
  multinomialLikelihood,
};
