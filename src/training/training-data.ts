import { inspect, isDeepStrictEqual } from "node:util";
import type { Batch } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/** What `fit` and `evaluate` accept as data: one tensor (it becomes `x`), or several by name, example first. */
export type TrainingData = tf.Tensor | Batch;

/** Data as named tensors, checked: at least one example, as many of each. */
export interface CheckedData {
  readonly tensors: Batch;
  readonly size: number;
}

/** @throws ArgumentError naming the tensor that is missing, empty, or of another length than the rest */
export function checkTrainingData(where: string, name: string, data: TrainingData): CheckedData {
  const tensors: Batch = data instanceof tf.Tensor ? { x: data } : data;
  const entries = Object.entries(tensors ?? {});
  if (entries.length === 0) throw new ArgumentError(where, name, data, "a tensor or an object of tensors");
  for (const [key, tensor] of entries) {
    if (!(tensor instanceof tf.Tensor) || tensor.isDisposed || tensor.rank === 0 || tensor.size === 0) {
      throw new ArgumentError(where, `${name}.${key}`, tensor, "a tensor with at least one example");
    }
  }
  const sizes = new Set(entries.map(([, tensor]) => tensor.shape[0]));
  if (sizes.size > 1) {
    const given = Object.fromEntries(entries.map(([key, tensor]) => [key, tensor.shape]));
    throw new ArgumentError(where, name, given, "tensors with the same number of examples");
  }
  return { tensors, size: entries[0]?.[1].shape[0] ?? 0 };
}

/** @throws ArgumentError as `checkData`, and when examples differ in name or shape from those of the data to train on */
export function checkValidation(where: string, data: CheckedData, validation: TrainingData): CheckedData {
  const checked = checkTrainingData(where, "validation", validation);
  const [expected, given] = [exampleShapes(data), exampleShapes(checked)];
  if (isDeepStrictEqual(expected, given)) return checked;
  throw new ArgumentError(
    where,
    "the shape of an example of `validation`",
    given,
    `as in \`data\`: ${inspect(expected)}`,
  );
}

const exampleShapes = ({ tensors }: CheckedData): Record<string, number[]> =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape.slice(1)]));
