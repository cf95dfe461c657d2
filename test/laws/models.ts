import { autoencoder } from "../../src/models/autoencoder";
import { discretisedLogisticLikelihood } from "../../src/models/discretised-logistic-likelihood";
import { gaussianLikelihood } from "../../src/models/gaussian-likelihood";
import { laplaceLikelihood } from "../../src/models/laplace-likelihood";
import type { Saveable } from "../../src/models/save";
import { vae } from "../../src/models/vae";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import type { Batch, Trainable } from "../../src/training/trainable";

/** A model of the library, as the laws see it. */
export type Model = Trainable & Saveable & { dispose(): void };

/** What holds of every model is tested on a small one. */
export interface ModelRow {
  readonly name: string;
  /** Makes it, with the same weights each time. */
  readonly make: () => Model;
  /** The function that makes it from options, as `load()` is told, and options that cannot be stored. */
  readonly maker: (options: never) => Model;
  readonly given?: object;
  /** Data that it is trained on. */
  readonly data: () => Batch;
  /**
   * The setting at which it is a plain VAE: the loss of its first phase is then the VAE's on the same batch, with the same
   * random numbers, after its variables are given to the VAE.
   */
  readonly neutral?: { readonly make: () => Model; readonly schedules?: Readonly<Record<string, number>> };
}

/** The sizes of all rows. */
export const sizes = { data: 12, latent: 3, hidden: [8], examples: 40 } as const;
const options = { data: sizes.data, latent: sizes.latent, hidden: sizes.hidden, seed: 3 };

export const plainVae = () => vae(options);
export const binaryData = (): Batch => ({
  x: tf.tidy(() => rng(5).uniform([sizes.examples, sizes.data]).less(0.4).toFloat()),
});
const realData = (): Batch => ({ x: rng(5).normal([sizes.examples, sizes.data]) });

export const modelRows: ModelRow[] = [
  { name: "vae()", make: plainVae, maker: vae, data: binaryData },
  {
    name: "vae() with a Gaussian likelihood",
    make: () => vae({ ...options, likelihood: gaussianLikelihood() }),
    maker: vae,
    data: realData,
  },
  {
    name: "vae() with a Laplace likelihood",
    make: () => vae({ ...options, likelihood: laplaceLikelihood() }),
    maker: vae,
    data: realData,
  },
  {
    name: "vae() with a discretised logistic likelihood",
    make: () => vae({ ...options, likelihood: discretisedLogisticLikelihood() }),
    maker: vae,
    data: binaryData,
  },
  { name: "autoencoder()", make: () => autoencoder(options), maker: autoencoder, data: binaryData },
];
