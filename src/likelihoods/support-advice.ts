/** What to take for gray values where a likelihood for other data refuses them. */
export const grayAdvice =
  'For gray values in [0, 1] there are bernoulliLikelihood({ values: "gray" }), continuousBernoulliLikelihood() and ' +
  "discretizedLogisticLikelihood(); binarize() makes zeros and ones of them. For other real numbers take gaussianLikelihood().";
