import { tf } from "../runtime/tensorflow";

/** An entry in the arrays in which tfjs optimizers keep their state: one entry for each variable that they train. */
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
 * The complete and exact state of a tf.train optimizer. (`getWeights()` of tfjs leaves out the powers of Adam's β₁ and β₂, and it
 * is not implemented for Adamax.)
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

/** Restores a saved state into a new optimizer of the same kind. */
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

/** Frees all memory of an optimizer. (`dispose()` of tfjs's momentum optimizers does not free one scalar.) */
export function disposeOptimizer(optimizer: tf.Optimizer): void {
  optimizer.dispose();
  for (const value of Object.values(optimizer)) {
    if (value instanceof tf.Tensor && !value.isDisposed) value.dispose();
  }
}
