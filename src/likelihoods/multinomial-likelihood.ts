import { multinomial } from "../distributions/multinomial";
import { supports } from "../distributions/support";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { wholeNumber } from "../runtime/rules";
import { buildLikelihood, type LibraryLikelihood } from "./build-likelihood";

/** Options of `multinomialLikelihood()`. */
export interface MultinomialLikelihoodOptions {
  /** The number of words in a sampled document. Defaults to 1, so the mean is the probability of each word. */
  total?: number;
}

const schema = optionsSchema<MultinomialLikelihoodOptions>({ total: wholeNumber().optional() });

/**
 * A distribution of the word counts of a document, with independent words. The decoder outputs one logit per word. The distortion
 * is that of the words in their order, so it contains no multinomial coefficient (see `multinomial()`).
 *
 * @throws ArgumentError for a total that is not a whole number of at least 1
 */
export function multinomialLikelihood(options: MultinomialLikelihoodOptions = {}): LibraryLikelihood {
  checkOptions("multinomialLikelihood()", schema, options);
  const { total = 1 } = options;
  return buildLikelihood({
    spec: { factory: "multinomialLikelihood", options: { total } },
    outputsPerComponent: 1,
    support: supports.counts,
    variables: [],
    distribution: (outputs, dataShape) => multinomial({ logits: outputs.reshape([-1, ...dataShape]), total }),
  });
}
