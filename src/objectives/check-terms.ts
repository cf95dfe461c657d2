import type { PerExample } from "../distributions/per-example";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/**
 * Checks at run time, for callers without types, that all terms have the same shape [batch]. A scalar would broadcast
 * silently.
 */
export function checkTerms(where: string, terms: Record<string, PerExample>): void {
  const [first] = Object.values(terms);
  for (const [name, term] of Object.entries(terms)) {
    if (term instanceof tf.Tensor && term.rank === 1 && term.shape[0] === first?.shape[0]) continue;
    throw new ArgumentError(where, name, term, "of shape [batch], one number per example, the same for all terms");
  }
}
