import type { Phase } from "../objectives/phase";
import { layerWeight } from "../runtime/layer-weights";
import { tf } from "../runtime/tensorflow";

/**
 * The penalties that tfjs stores in a layer: one function for each regularizer of its weights, and the functions passed to
 * `addLoss()`.
 */
interface PenalizedLayer {
  calculateLosses(): tf.Scalar[];
  readonly losses: readonly unknown[];
}

/**
 * For each phase, the layers that add penalties (`kernelRegularizer`, `addLoss()`) to its loss. The penalties of a layer count
 * once per batch, in the first phase that trains one of its weights. Layers that no phase trains add no penalty.
 */
export function penalizedLayers(phases: readonly Phase[]): Map<Phase, PenalizedLayer[]> {
  const seen = new Set<PenalizedLayer>();
  return new Map(
    phases.map((phase) => {
      const layers = phase.variables().flatMap((variable) => layerWeight(variable)?.layer ?? []);
      const own = [...new Set(layers as unknown as PenalizedLayer[])].filter(
        (layer) => layer.losses.length > 0 && !seen.has(layer),
      );
      for (const layer of own) seen.add(layer);
      return [phase, own];
    }),
  );
}

/** The sum of the penalties of layers, a scalar. It is not divided by the number of examples. Undefined if there are none. */
export function penaltyOf(layers: readonly PenalizedLayer[]): tf.Scalar | undefined {
  const penalties = layers.flatMap((layer) => layer.calculateLosses());
  return penalties.length === 0 ? undefined : (tf.addN(penalties) as tf.Scalar);
}

/** Applies the constraints of the layers (`kernelConstraint`) to their weights. */
export function constrain(variables: readonly tf.Variable[]): void {
  for (const variable of variables) {
    const constraint = layerWeight(variable)?.constraint;
    if (constraint !== undefined) tf.tidy(() => variable.assign(constraint.apply(variable)));
  }
}
