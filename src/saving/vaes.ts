import { betaTcVae } from "../models/beta-tc-vae";
import { betaVae } from "../models/beta-vae";
import { capacityVae } from "../models/capacity-vae";
import type { ElboPhase } from "../models/core/elbo-phase";
import type { TrainedPhase } from "../models/core/trained-phase";
import { denoisingVae } from "../models/denoising-vae";
import { dipVae } from "../models/dip-vae";
import { factorVae } from "../models/factor-vae";
import { infoVae } from "../models/info-vae";
import { type Vae, vae } from "../models/vae";

/** A VAE or a variant of it with an encoder of its own, whatever phases follow the one of the bound. */
export interface AnyVae extends Omit<Vae, "phases"> {
  readonly phases: readonly [ElboPhase, ...TrainedPhase<string, string>[]];
}

/** Those by the name of the function that makes them, for saved models that are built on one. */
export const vaes: Readonly<Record<string, (options: never) => AnyVae>> = {
  vae,
  betaVae,
  capacityVae,
  betaTcVae,
  factorVae,
  dipVae,
  denoisingVae,
  infoVae,
};
