import type { tf } from "../runtime/tensorflow";
import type { Minimise } from "./steps";
import type { Phase } from "./trainable";

/** The optimizers of a fit, one per phase. */
export interface Minimiser {
  readonly minimise: Minimise;
  dispose(): void;
}

export function minimiser(phases: readonly Phase[], makeOptimizer: () => tf.Optimizer): Minimiser {
  const optimizers = new Map(phases.map((phase) => [phase, makeOptimizer()]));
  return {
    minimise: (phase, loss) => optimizers.get(phase)?.minimize(loss, true, phase.variables()) as tf.Scalar,
    dispose: () => {
      for (const optimizer of optimizers.values()) optimizer.dispose();
    },
  };
}
