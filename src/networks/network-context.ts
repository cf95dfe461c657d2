import type { Rng } from "../runtime/rng";

/** How networks are run: in training, layers that draw random numbers take them from `rng`. */
export interface NetworkContext {
  readonly training?: boolean;
  readonly rng?: Rng;
}
