import { checkData } from "../distributions/check-data";
import { supports } from "../distributions/support";
import { seedRule } from "../networks/network-rules";
import { type Corruption, checkCorruption, corrupt } from "../preprocessing/images/corrupt";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { inBatches } from "../runtime/in-batches";
import { rng } from "../runtime/rng";
import { checkedElsewhere, type Rule, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildVae, type Vae, type VaeOptions } from "./core/build-vae";
import { vaeRules } from "./core/vae-rules";

/** Options of `denoisingVae()`. */
export interface DenoisingVaeOptions extends VaeOptions {
  /**
   * p(x̃ | x): how the encoder's inputs are corrupted, with new noise in every step; defaults to masking with
   * probability 0, that is, no corruption.
   */
  corruption?: Corruption;
}

/** Options of `restore()`. */
export interface RestoreOptions {
  /** Draws of z per example; defaults to 16. */
  samples?: number;
  /** Defaults to 0. */
  seed?: number;
}

const schema = optionsSchema<DenoisingVaeOptions>({ ...vaeRules, corruption: (checkedElsewhere as Rule).optional() });
const restoreSchema = optionsSchema<RestoreOptions>({ samples: wholeNumber().optional(), seed: seedRule.optional() });

/** A denoising VAE, created by `denoisingVae()`. */
export interface DenoisingVae extends Vae {
  readonly corruption: Corruption;
  /**
   * An estimate of the clean x from corrupted x̃ [examples, …data]: the mean of p(x | z), averaged over draws from q(z | x̃),
   * with the shape of x̃. It approximates E[x | x̃], which minimizes the expected squared error and is smoother than actual data.
   */
  restore(corrupted: tf.Tensor, options?: RestoreOptions): tf.Tensor;
}

/**
 * A denoising variational autoencoder (Im et al. 2017): the encoder sees a corrupted x̃ ~ p(x̃ | x), and the decoder must
 * reconstruct the clean x. Training maximizes
 *
 *     E_{p(x̃ | x)} [ E_{q(z | x̃)}[log p(x | z)] − KL(q(z | x̃) ‖ p(z)) ] ≤ log p(x),
 *
 * This is a lower bound because every q(z | x̃) gives one. Train on clean data: `fit` and `evaluate` corrupt them. `encode`,
 * `embed`, `reconstruct` and `restore` treat their inputs as already corrupted. Without corruption it is `vae()`.
 *
 * @throws ArgumentError for shapes that do not match, and for an invalid corruption
 */
export function denoisingVae(options: DenoisingVaeOptions): DenoisingVae {
  checkOptions("denoisingVae()", schema, options);
  const { corruption = { kind: "masking", probability: 0 } } = options;
  checkCorruption("denoisingVae()", corruption);
  const model = buildVae("denoisingVae", { ...options, corruption } as VaeOptions, {
    seen: (x, stream) => corrupt(x, corruption, stream),
  });
  return {
    ...model,
    corruption,
    restore(corrupted, options = {}) {
      checkData("restore()", "corrupted", corrupted, model.dataShape, supports.real);
      checkOptions("restore()", restoreSchema, options);
      const { samples = 16, seed = 0 } = options;
      const stream = rng(seed);
      return inBatches(corrupted, (part) => {
        const posterior = model.encode(part);
        const one = () => tf.tidy(() => model.decode(posterior.sample(stream)).mean());
        let sum = one();
        for (let draw = 1; draw < samples; draw++) {
          const [before, next] = [sum, one()];
          sum = tf.add(before, next);
          tf.dispose([before, next]);
        }
        return tf.div(sum, samples);
      });
    },
  };
}
