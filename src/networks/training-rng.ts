import type { Rng } from "../runtime/rng";

/** What a call of a network may tell its layers: `network.apply(x, { training: true, rng })`. */
export interface CallOptions {
  /** Whether dropout, noise and batch normalisation act as in training; defaults to false. */
  training?: boolean;
  /** Where layers that draw random numbers take them from; needed when `training` is true. */
  rng?: Rng;
}

/** The stream a random layer draws from: none outside of training. */
export function trainingRng(layer: string, options: CallOptions): Rng | undefined {
  if (options.training !== true) return undefined;
  if (options.rng === undefined) {
    throw new Error(
      `${layer}: a layer that draws random numbers needs to be told where from in training: ` +
        "network.apply(x, { training: true, rng }).",
    );
  }
  return options.rng;
}
