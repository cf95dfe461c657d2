import { checkedElsewhere, type Rule } from "../../runtime/rules";
import { elboPhaseRules } from "./elbo-phase";
import { encoderDecoderRules } from "./encoder-decoder-rules";

/** The rules of the options of `vae()`. The prior is checked later, together with the model. */
export const vaeRules = {
  ...encoderDecoderRules,
  ...elboPhaseRules,
  prior: (checkedElsewhere as Rule).optional(),
};

const { objective: _, ...withoutObjective } = vaeRules;
const { beta: __, ...withoutBeta } = withoutObjective;

/** The rules of a variant that fixes the objective but keeps β. */
export const vaeRulesWithoutObjective = withoutObjective;

/** The rules of a variant whose objective has no β: `VaeVariantOptions`. */
export const vaeVariantRules = withoutBeta;
