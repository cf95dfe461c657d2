import { multinomial } from "../distributions/multinomial";
import { supports } from "../distributions/support";
import type { Likelihood } from "./likelihood";

/** Options of `multinomialLikelihood()`. */
export interface MultinomialLikelihoodOptions {
  /** The number of words of a drawn text; defaults to 1, so that the mean is the probability of each word. */
  total?: number;
}

/**
 * How often each word stands in a text, its words drawn independently; the decoder gives their log-probabilities up to a
 * constant. The distortion is that of the words in their order, without a multinomial coefficient (see `multinomial()`).
 */
export function multinomialLikelihood({ total = 1 }: MultinomialLikelihoodOptions = {}): Likelihood {
  return {
    spec: { factory: "multinomialLikelihood", options: { total } },
    outputsPerComponent: 1,
    support: supports.counts,
    variables: [],
    distribution: (outputs, dataShape) => multinomial({ logits: outputs.reshape([-1, ...dataShape]), total }),
  };
}
