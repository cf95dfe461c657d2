import { bernoulli } from "../distributions/bernoulli";
import { supports } from "../distributions/support";
import type { Likelihood } from "./likelihood";

/** Options of `bernoulliLikelihood()`. */
export interface BernoulliLikelihoodOptions {
  /**
   * `"binary"`: x holds zeros and ones. `"gray"`: x holds numbers in [0, 1], and the distortion is their cross-entropy,
   * which is not a log-density and is not comparable with that of binary data. Defaults to "binary".
   */
  values?: "binary" | "gray";
}

/** Independent zeros and ones; the decoder gives their log-odds. */
export function bernoulliLikelihood({ values = "binary" }: BernoulliLikelihoodOptions = {}): Likelihood {
  return {
    spec: { factory: "bernoulliLikelihood", options: { values } },
    outputsPerComponent: 1,
    support: values === "binary" ? supports.binary : supports.unitInterval,
    variables: [],
    distribution: (outputs, dataShape) => bernoulli({ logits: outputs.reshape([-1, ...dataShape]), values }),
  };
}
