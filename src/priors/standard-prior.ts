import type { Normal } from "../distributions/normal";
import { standardNormal } from "../distributions/standard-normal";
import type { Prior } from "./prior";
import { showsPrior } from "./shows-prior";

/** N(0, I), the default prior of a model. */
export function standardPrior(latentDim: number): Prior<Normal> {
  const spec = { factory: "standardNormal", options: {} };
  const density = standardNormal([latentDim]);
  return { spec, variables: [], distribution: () => density, ...showsPrior(spec) };
}
