import { perExample } from "../distributions/per-example";
import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import { permuteDimensions } from "../objectives/permute-dimensions";
import type { Phase } from "../objectives/phase";
import { weightedSum } from "../objectives/weighted-sum";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Rng } from "../runtime/rng";
import { nonNegative } from "../runtime/rules";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import {
  type DiscriminatorOptions,
  discriminator,
  discriminatorRules,
  lossAsFake,
  lossAsReal,
} from "./core/discriminator";
import { once } from "./core/dispose-own";
import type { ElboPhase, ObjectiveTerms } from "./core/elbo-phase";
import { summary } from "./core/summary";
import { vaeVariantRules } from "./core/vae-rules";
import { type VaeVariantOptions, vaeWithTerms } from "./core/vae-with-terms";
import type { Vae } from "./vae";

/** Options of `factorVae()`. */
export interface FactorVaeOptions extends VaeVariantOptions, DiscriminatorOptions {
  /** The weight γ of the total correlation, at least 0, unless `fit` receives a schedule `gamma`; defaults to 10. */
  gamma?: number;
}

/** A FactorVAE, created by `factorVae()`. */
export interface FactorVae extends Omit<Vae, "phases"> {
  /** The network that tells codes from codes with shuffled dimensions: [batch, latentDim] → [batch, 1], a logit. */
  readonly discriminator: tf.LayersModel;
  /**
   * For `fit`: first the VAE's phase, with the total correlation as estimated by the discriminator; then the
   * discriminator's phase, with its accuracy. Random guessing gives an accuracy of 0.5.
   */
  readonly phases: readonly [ElboPhase<"distortion" | "rate" | "totalCorrelation">, Phase<"discriminator", "accuracy">];
}

const schema = optionsSchema<FactorVaeOptions>({
  ...vaeVariantRules,
  ...discriminatorRules,
  gamma: nonNegative.optional(),
});

/**
 * A FactorVAE (Kim & Mnih 2018, equation 2): maximizes the ELBO minus γ TC(z), the total correlation of the aggregated
 * posterior. A discriminator D learns to tell codes from codes with dimensions shuffled across the batch. Its logit, log
 * D(z)/(1 − D(z)), then estimates log q(z)/Πⱼ q(zⱼ), and the mean of this is TC (equation 3). The estimate lags behind the
 * encoder, and it is too low if the discriminator is weak. With γ = 0 it is `vae()`.
 *
 * After each step of the VAE, the discriminator takes one step on the same batch, encoded again with new draws of z; the
 * paper uses a second batch for the shuffled codes. `fit` uses the same kind of optimizer for both phases; the paper uses
 * Adam with learning rate 10⁻⁴ for both, with β₁ = 0.5, β₂ = 0.9 for the discriminator. If the discriminator cannot keep
 * up, raise `learningRateScales.discriminator`; `learningRateScales.generator` is the factor of the VAE's phase.
 *
 * @throws ArgumentError for shapes that do not match, options out of range, and unknown options
 */
export function factorVae(options: FactorVaeOptions): FactorVae {
  checkOptions("factorVae()", schema, options);
  const { gamma = 10, latentDim } = options;
  const objective = ({ z, distortion, rate, rng, training, schedules }: ObjectiveTerms) => {
    const totalCorrelation = perExample(critic.discriminate(z, { training, rng }).logits);
    const bound = weightedSum([
      [-1, distortion],
      [-1, rate],
      [tf.neg(schedules.gamma ?? gamma) as tf.Scalar, totalCorrelation],
    ]);
    return { bound, terms: { totalCorrelation } };
  };
  const model = vaeWithTerms("factorVae", options, objective, { schedules: { gamma: nonNegative } });
  const critic = discriminator("factorVae()", [latentDim], options);
  const { encode } = model;
  const [elbo] = model.phases;

  const discriminatorPhase: FactorVae["phases"][1] = {
    name: "discriminator",
    variables: critic.trainable,
    learningRateScale: critic.scales.discriminator,
    inputs: ["x"],
    schedules: {},
    loss({ x }, { rng: stream, training }) {
      const [draws, layers, order] = stream.split(3) as [Rng, Rng, Rng];
      const z = stopGradient(() => encode(x as tf.Tensor, { training, rng: layers }).sample(draws) as tf.Tensor2D);
      const real = critic.discriminate(z, { training, rng: layers }).logits;
      const shuffled = critic.discriminate(permuteDimensions(z, order), { training, rng: layers }).logits;
      const cost = weightedSum([
        [0.5, lossAsReal(real)],
        [0.5, lossAsFake(shuffled)],
      ]);
      const right = tf.add(tf.greater(real, 0).toFloat(), tf.less(shuffled, 0).toFloat()).mul(0.5);
      return { loss: minimize(meanOverBatch(cost)), terms: { accuracy: right } };
    },
  };
  const variables = () => [...model.variables(), ...critic.variables()];
  return {
    ...model,
    spec: { factory: "factorVae", options: { ...model.spec.options, ...critic.spec } },
    discriminator: critic.network,
    phases: [{ ...elbo, learningRateScale: critic.scales.generator }, discriminatorPhase],
    variables,
    summary() {
      const { encoder, decoder } = model;
      const trained = [...elbo.variables(), ...critic.trainable()];
      return summary(trained, { encoder, decoder, discriminator: critic.network });
    },
    dispose: once(() => {
      model.dispose();
      critic.dispose();
    }),
  };
}
