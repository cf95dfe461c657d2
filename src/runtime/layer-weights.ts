import type * as tfjs from "@tensorflow/tfjs-node";

/** A weight of a layer of `tf.layers`, as its layer sees it. */
export interface LayerWeight {
  readonly layer: tfjs.layers.Layer;
  /** What the layer asks to be applied to the weight after every step. */
  readonly constraint: { apply(weight: tfjs.Tensor): tfjs.Tensor } | undefined;
}

type AddWeight = (...args: unknown[]) => { read(): tfjs.Tensor; constraint?: LayerWeight["constraint"] | null };

/** Shared by all copies of this library in a process, which share the classes of tfjs too. */
const key = Symbol.for("elbo-lab.layerWeights");
const shared = globalThis as { [key]?: WeakMap<object, LayerWeight> };

/**
 * Makes every layer note which variables it makes. A model lists its variables only, and tfjs keeps regularizers and
 * constraints in the layer, which cannot be reached from a variable.
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

/** The layer that made a variable; undefined for a variable that no layer made. */
export const layerWeight = (variable: tfjs.Variable): LayerWeight | undefined => shared[key]?.get(variable);
