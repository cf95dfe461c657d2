import type { Likelihood } from "../../likelihoods/likelihood";
import { networkRule, seedRule, shapeRule } from "../../networks/network-rules";
import type { OptionRules } from "../../runtime/check-options";
import { accepts, flag, sizes, wholeNumber } from "../../runtime/rules";
import type { EncoderDecoderOptions } from "./encoder-decoder";

export const likelihoodRule = accepts<Likelihood>(
  (value) => typeof (value as Likelihood | null)?.distribution === "function",
  "a likelihood: bernoulliLikelihood() for data in {0, 1}, gaussianLikelihood() or laplaceLikelihood() for real numbers, " +
    "continuousBernoulliLikelihood() or discretizedLogisticLikelihood() for gray values in [0, 1], multinomialLikelihood() " +
    "for counts, or your own likelihood",
);

/**
 * The rules for the options of every model with an encoder and a decoder. A model spreads them into its own schema and
 * calls `checkOptions()` once, before `encoderDecoder()`, which relies on that check:
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
