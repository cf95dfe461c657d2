import { type Displayable, displaySymbol } from "../display/mime-bundle";
import { type Cell, factsBundle } from "../display/table";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import type { Likelihood } from "./likelihood";

/** A likelihood of this library: it can be saved, displayed and disposed. */
export interface LibraryLikelihood extends Likelihood, Displayable {
  readonly spec: FactorySpec;
  dispose(): void;
}

/**
 * Builds a likelihood from its parts. A cell displays its name, its options and the current values of its learned parameters.
 * `dispose()` frees its variables.
 *
 * @param learned returns the current values of the learned parameters, by name, for display
 */
export function buildLikelihood(
  parts: Omit<Likelihood, "dispose"> & { readonly spec: FactorySpec },
  learned: () => Readonly<Record<string, Cell>> = () => ({}),
): LibraryLikelihood {
  return {
    ...parts,
    dispose: () => tf.dispose([...parts.variables]),
    [displaySymbol]() {
      const disposed = parts.variables.some(({ isDisposed }) => isDisposed);
      const values = disposed ? {} : learned();
      const options = parts.spec.options as Record<string, Cell>;
      return factsBundle(parts.spec.factory, { ...options, "for data that are": parts.support.description, ...values });
    },
  };
}

/** The current value of a scalar variable, for display. */
export const numberIn = (variable: tf.Variable): number => variable.dataSync()[0] as number;
