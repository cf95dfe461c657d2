import type * as tfjs from "@tensorflow/tfjs-node";

/** The settings that a layer of `tf.layers` has for one of its weights. */
export interface LayerWeight {
  readonly layer: tfjs.layers.Layer;
  /** The constraint to apply to the weight after every step. */
  readonly constraint: { apply(weight: tfjs.Tensor): tfjs.Tensor } | undefined;
}

type AddWeight = (...args: unknown[]) => { read(): tfjs.Tensor; constraint?: LayerWeight["constraint"] | null };

/** Shared by all copies of this library in a process, which share the classes of tfjs too. */
const key = Symbol.for("elbo-lab.layerWeights");
const shared = globalThis as { [key]?: WeakMap<object, LayerWeight> };

/**
 * Makes every layer record the variables that it creates. A model lists only its variables, but tfjs keeps regularizers
 * and constraints in the layer, and a variable has no reference to its layer.
 */
export function recordLayerWeights(layerClass: typeof tfjs.layers.Layer): void {
  if (shared[key] !== undefined) return;
  const known = new WeakMap<object, LayerWeight>();
  shared[key] = known;
  const prototype = layerClass.prototype as unknown as { addWeight: AddWeight };
  const { addWeight } = prototype;
  prototype.addWeight = function (this: tfjs.layers.Layer, ...args) {
    const weight = addWeight.apply(this, args);
    known.set(weight.read(), { layer: this, constraint: weight.constraint ?? undefined });
    return weight;
  };
}

/** The layer settings of a variable, or undefined if no layer created it. */
export const layerWeight = (variable: tfjs.Variable): LayerWeight | undefined => shared[key]?.get(variable);
