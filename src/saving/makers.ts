import { bernoulliLikelihood } from "../likelihoods/bernoulli-likelihood";
import { categoricalLikelihood } from "../likelihoods/categorical-likelihood";
import { continuousBernoulliLikelihood } from "../likelihoods/continuous-bernoulli-likelihood";
import { discretizedLogisticLikelihood } from "../likelihoods/discretized-logistic-likelihood";
import { gaussianLikelihood } from "../likelihoods/gaussian-likelihood";
import { laplaceLikelihood } from "../likelihoods/laplace-likelihood";
import type { Likelihood } from "../likelihoods/likelihood";
import { multinomialLikelihood } from "../likelihoods/multinomial-likelihood";
import { adversarialAutoencoder } from "../models/adversarial-autoencoder";
import { autoencoder } from "../models/autoencoder";
import { betaTcVae } from "../models/beta-tc-vae";
import { betaVae } from "../models/beta-vae";
import { capacityVae } from "../models/capacity-vae";
import { conditionalVae } from "../models/conditional-vae";
import { denoisingVae } from "../models/denoising-vae";
import { dipVae } from "../models/dip-vae";
import { factorVae } from "../models/factor-vae";
import { hierarchicalVae } from "../models/hierarchical-vae";
import { infoVae } from "../models/info-vae";
import { ladderVae } from "../models/ladder-vae";
import { neuralDocumentModel } from "../models/neural-document-model";
import { predictor } from "../models/predictor";
import { semiSupervisedVae } from "../models/semi-supervised-vae";
import { sequenceVae } from "../models/sequence-vae";
import { supervisedVae } from "../models/supervised-vae";
import { vade } from "../models/vade";
import { vae } from "../models/vae";
import { vaeGan } from "../models/vae-gan";
import { waeMmd } from "../models/wae-mmd";
import { gaussianPrior } from "../priors/gaussian-prior";
import { learnedGaussianPrior } from "../priors/learned-gaussian-prior";
import { mixturePrior } from "../priors/mixture-prior";
import type { Prior, PriorOfModel } from "../priors/prior";
import { ringPrior } from "../priors/ring-prior";
import { swissRollPrior } from "../priors/swiss-roll-prior";
import type { Saveable } from "./saveable";

/**
 * All functions of the library that create an object from options, and can therefore create it again from a saved
 * description, by name. The tests compare this table with the exports of the library, and require a row in the laws for
 * each function.
 */
export const makers = {
  models: {
    vae,
    betaVae,
    capacityVae,
    betaTcVae,
    factorVae,
    dipVae,
    denoisingVae,
    infoVae,
    vade,
    vaeGan,
    conditionalVae,
    hierarchicalVae,
    ladderVae,
    semiSupervisedVae,
    supervisedVae,
    neuralDocumentModel,
    sequenceVae,
    autoencoder,
    adversarialAutoencoder,
    waeMmd,
    predictor,
  } as Readonly<Record<string, (options: never) => Saveable>>,
  likelihoods: {
    bernoulliLikelihood,
    categoricalLikelihood,
    continuousBernoulliLikelihood,
    discretizedLogisticLikelihood,
    gaussianLikelihood,
    laplaceLikelihood,
    multinomialLikelihood,
  } as Readonly<Record<string, (options: never) => Likelihood>>,
  priors: {
    gaussianPrior,
    learnedGaussianPrior,
    mixturePrior,
    ringPrior,
    swissRollPrior,
  } as Readonly<Record<string, (options: never) => Prior | PriorOfModel>>,
} as const;

/** The functions of all groups, by name. */
export const makerByName: Readonly<Record<string, (options: never) => unknown>> = {
  ...makers.models,
  ...makers.likelihoods,
  ...makers.priors,
};
