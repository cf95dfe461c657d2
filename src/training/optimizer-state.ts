import { tf } from "../runtime/tensorflow";

/** What the optimizers of tfjs keep in arrays, one for each variable they train. */
interface Slot {
  originalName: string;
  variable: tf.Variable;
}

/** An optimizer's state by name: its variables, and its count of steps in `iterations`. */
export interface OptimizerState {
  tensors: Record<string, tf.Tensor>;
  iterations: number;
}

const isSlots = (value: unknown): value is (Slot | undefined)[] =>
  Array.isArray(value) && value.some((slot) => slot?.variable instanceof tf.Variable);

/**
 * All that an optimizer of tf.train has learned, exactly. (Its own `getWeights` leaves out the running powers of Adam's
 * β, and Adamax has none at all.)
 */
export function optimizerState(optimizer: tf.Optimizer): OptimizerState {
  const tensors: Record<string, tf.Tensor> = {};
  for (const [field, value] of Object.entries(optimizer)) {
    if (value instanceof tf.Variable) tensors[field] = value;
    if (!isSlots(value)) continue;
    value.forEach((slot, i) => {
      if (slot) tensors[`${field}/${i}`] = slot.variable;
    });
  }
  return { tensors, iterations: optimizer.iterations };
}

/** Gives a new optimizer the state of another of the same kind. */
export function restoreOptimizer(optimizer: tf.Optimizer, { tensors, iterations }: OptimizerState): void {
  const fields = optimizer as unknown as Record<string, unknown>;
  fields.iterations_ = iterations;
  for (const [name, tensor] of Object.entries(tensors)) {
    const [field, index] = name.split("/") as [string, string | undefined];
    if (index === undefined) {
      (fields[field] as tf.Variable).assign(tensor);
    } else {
      const slots = fields[field] as Slot[];
      slots[Number(index)] = { originalName: name, variable: tf.variable(tensor, false) };
    }
  }
}

/** Frees all that an optimizer holds; momentum's own `dispose` forgets a scalar. */
export function disposeOptimizer(optimizer: tf.Optimizer): void {
  optimizer.dispose();
  for (const value of Object.values(optimizer)) {
    if (value instanceof tf.Tensor && !value.isDisposed) value.dispose();
  }
}
