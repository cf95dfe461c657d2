import { type Displayable, displaySymbol } from "../display/mime-bundle";
import { type Cell, factsBundle } from "../display/table";
import type { FactorySpec } from "../runtime/spec";

/** The display of a prior in a cell: its name, its options and its learned parameters. */
export function showsPrior(spec: FactorySpec, learned: Readonly<Record<string, Cell>> = {}): Displayable {
  return {
    [displaySymbol]() {
      const plain = Object.entries(spec.options).filter(([, value]) => typeof value !== "object");
      return factsBundle(spec.factory, { ...(Object.fromEntries(plain) as Record<string, Cell>), ...learned });
    },
  };
}
