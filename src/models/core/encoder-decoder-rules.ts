import type { Likelihood } from "../../likelihoods/likelihood";
import type { OptionRules } from "../../runtime/check-options";
import { accepts, flag, instance, sizes, wholeNumber } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import type { EncoderDecoderOptions } from "./encoder-decoder";
import { seedRule } from "./seed-rule";

export { seedRule } from "./seed-rule";

/** A shape without the batch axis: one whole number, or a list of them. */
export const shapeRule = accepts<number | readonly number[]>(
  (value) => wholeNumber().safeParse(value).success || sizes().safeParse(value).success,
  "a whole number of at least 1, or a list of such, without the batch axis: 784 or [28, 28, 1]",
);

export const networkRule = instance<tf.LayersModel>(tf.LayersModel, "a network: mlp(), tf.sequential() or tf.model()");

export const likelihoodRule = accepts<Likelihood>(
  (value) => typeof (value as Likelihood | null)?.distribution === "function",
  "a likelihood: bernoulliLikelihood() for data in {0, 1}, gaussianLikelihood() or laplaceLikelihood() for real numbers, " +
    "continuousBernoulliLikelihood() or discretizedLogisticLikelihood() for gray values in [0, 1], multinomialLikelihood() " +
    "for counts, or one of your own",
);

/**
 * The rules of the options that every model with an encoder and a decoder has. A model spreads them into its own schema and
 * calls `checkOptions()` once, before `encoderDecoder()`, which relies on it:
 *
 *     const schema = optionsSchema<WaeMmdOptions>({ ...encoderDecoderRules, lambda: nonNegative.optional(), … });
 */
export const encoderDecoderRules: OptionRules<EncoderDecoderOptions> = {
  dataShape: shapeRule,
  latentDim: wholeNumber(),
  hidden: sizes({ empty: true }).optional(),
  encoder: networkRule.optional(),
  decoder: networkRule.optional(),
  encoderHead: flag.optional(),
  decoderHead: flag.optional(),
  likelihood: likelihoodRule.optional(),
  seed: seedRule.optional(),
};
