import { checkedElsewhere, type Rule } from "../../runtime/rules";
import { elboPhaseRules } from "./elbo-phase";
import { encoderDecoderRules } from "./encoder-decoder-rules";

/** The rules of the options of `vae()`; the prior is checked where it meets the model. */
export const vaeRules = {
  ...encoderDecoderRules,
  ...elboPhaseRules,
  prior: (checkedElsewhere as Rule).optional(),
};

const { objective: _, ...withoutObjective } = vaeRules;
const { beta: __, ...withoutBeta } = withoutObjective;

/** Those of a variant that settles the objective and keeps β. */
export const vaeRulesWithoutObjective = withoutObjective;

/** Those of a variant whose objective has no β: `VaeVariantOptions`. */
export const vaeVariantRules = withoutBeta;
