import { betaTcVae } from "../models/beta-tc-vae";
import { betaVae } from "../models/beta-vae";
import { capacityVae } from "../models/capacity-vae";
import { denoisingVae } from "../models/denoising-vae";
import { dipVae } from "../models/dip-vae";
import { factorVae } from "../models/factor-vae";
import { infoVae } from "../models/info-vae";
import { type AnyVae, vae } from "../models/vae";

/** The VAEs by the name of the function that makes them, for saved models that are built on one. */
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
