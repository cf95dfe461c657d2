import { tf } from "../runtime/tensorflow";

/** The state that tfjs optimizers keep in arrays, one for each variable that they train. */
interface Slot {
  originalName: string;
  variable: tf.Variable;
}

/** The state of an optimizer: its variables by name, and its number of steps in `iterations`. */
export interface OptimizerState {
  tensors: Record<string, tf.Tensor>;
  iterations: number;
}

const isSlots = (value: unknown): value is (Slot | undefined)[] =>
  Array.isArray(value) && value.some((slot) => slot?.variable instanceof tf.Variable);

/**
 * The complete and exact state of an optimizer of tf.train. (Its own `getWeights` omits the running powers of Adam's β,
 * and Adamax does not have it.)
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

/** Restores the state of an optimizer into a new one of the same kind. */
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

/** Frees all memory of an optimizer. The `dispose` of momentum optimizers misses a scalar. */
export function disposeOptimizer(optimizer: tf.Optimizer): void {
  optimizer.dispose();
  for (const value of Object.values(optimizer)) {
    if (value instanceof tf.Tensor && !value.isDisposed) value.dispose();
  }
}
