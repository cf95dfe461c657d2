import { bernoulli } from "../distributions/bernoulli";
import { supports } from "../distributions/support";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { oneOf } from "../runtime/rules";
import { buildLikelihood, type LibraryLikelihood } from "./build-likelihood";
import { grayAdvice } from "./support-advice";

/** Options of `bernoulliLikelihood()`. */
export interface BernoulliLikelihoodOptions {
  /**
   * `"binary"`: x contains zeros and ones. `"gray"`: x contains numbers in [0, 1], and the distortion is the cross-entropy. The
   * cross-entropy of gray values is not a negative log-density, so it cannot be compared with the distortion of binary data.
   * Defaults to "binary".
   */
  values?: "binary" | "gray";
}

const schema = optionsSchema<BernoulliLikelihoodOptions>({ values: oneOf("binary", "gray").optional() });

/**
 * Independent Bernoulli variables for binary data. The decoder outputs one logit per component.
 *
 * @throws ArgumentError for options out of range
 */
export function bernoulliLikelihood(options: BernoulliLikelihoodOptions = {}): LibraryLikelihood {
  checkOptions("bernoulliLikelihood()", schema, options);
  const { values = "binary" } = options;
  return buildLikelihood({
    spec: { factory: "bernoulliLikelihood", options: { values } },
    outputsPerComponent: 1,
    support: values === "binary" ? supports.binary : supports.unitInterval,
    advice: `The likelihood is bernoulliLikelihood()${values === "binary" ? ", for data in {0, 1}" : ""}. ${grayAdvice}`,
    variables: [],
    distribution: (outputs, dataShape) => bernoulli({ logits: outputs.reshape([-1, ...dataShape]), values }),
  });
}
