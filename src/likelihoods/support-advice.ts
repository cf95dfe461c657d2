/** Advice for data that a likelihood does not accept: which likelihoods accept gray values or other real numbers. */
export const grayAdvice =
  'For gray values in [0, 1], use bernoulliLikelihood({ values: "gray" }), continuousBernoulliLikelihood() or ' +
  "discretizedLogisticLikelihood(), or convert them to zeros and ones with binarize(). For other real numbers, use gaussianLikelihood().";
