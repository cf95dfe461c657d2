import { gaussianPrior } from "./gaussian-prior";
import type { LatentPrior } from "./latent-prior";
import { ringPrior } from "./ring-prior";
import { swissRollPrior } from "./swiss-roll-prior";

/** The priors of codes by the name of the function that makes them, for saved models. */
export const latentPriors: Readonly<Record<string, (options: never) => LatentPrior>> = {
  gaussianPrior,
  ringPrior,
  swissRollPrior,
};
