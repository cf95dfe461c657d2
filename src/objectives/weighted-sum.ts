import { type PerExample, perExample } from "../distributions/per-example";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/**
 * A weighted sum of per-example terms, such as a bound minus λ times a classification loss.
 *
 * @param terms pairs of a weight (a number of either sign, or a scalar tensor) and a term [batch]
 * @returns [batch]
 * @throws ArgumentError for an empty list, weights that are not finite, and terms of different shapes
 */
export function weightedSum<T extends PerExample>(terms: readonly (readonly [number | tf.Scalar, T])[]): PerExample {
  const [first] = terms;
  if (!first) throw new ArgumentError("weightedSum()", "terms", terms, "at least one pair [weight, term]");
  for (const [weight, term] of terms) {
    if (typeof weight === "number" && !Number.isFinite(weight)) {
      throw new ArgumentError("weightedSum()", "weight", weight, "a finite number or a scalar tensor");
    }
    if (!tf.util.arraysEqual(term.shape, first[1].shape)) {
      throw new ArgumentError("weightedSum()", "term", term.shape, `of shape [${first[1].shape}], like the others`);
    }
  }
  return tf.tidy(() =>
    perExample(terms.map(([weight, term]) => tf.mul(term, weight)).reduce((sum, term) => tf.add(sum, term))),
  );
}
