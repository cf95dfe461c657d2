import { betaTcVae } from "./beta-tc-vae";
import { betaVae } from "./beta-vae";
import { capacityVae } from "./capacity-vae";
import { denoisingVae } from "./denoising-vae";
import { dipVae } from "./dip-vae";
import type { ElboPhase } from "./elbo-phase";
import { factorVae } from "./factor-vae";
import { infoVae } from "./info-vae";
import type { TrainedPhase } from "./trained-phase";
import { type Vae, vae } from "./vae";

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
