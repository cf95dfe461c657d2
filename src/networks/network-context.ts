import type { Rng } from "../runtime/rng";

/** The context of a network call. In training, layers that draw random numbers take them from `rng`. */
export interface NetworkContext {
  readonly training?: boolean;
  readonly rng?: Rng;
}
