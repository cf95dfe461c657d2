import { inspect, isDeepStrictEqual } from "node:util";
import type { Batch } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/**
 * The data that `fit` and `evaluate` accept: one tensor, which becomes `x`, or several tensors by name. The first axis is the
 * examples.
 */
export type TrainingData = tf.Tensor | Batch;

/** Checked data: named tensors with the same number of examples, at least one. */
export interface CheckedData {
  readonly tensors: Batch;
  readonly size: number;
}

/** @throws ArgumentError that names the tensor that is missing, empty, or has a different number of examples than the others */
export function checkTrainingData(where: string, name: string, data: TrainingData): CheckedData {
  refuseOtherKinds(where, name, data);
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

/** Rejects kinds of data that other libraries accept, and says how to convert them. */
function refuseOtherKinds(where: string, name: string, data: unknown): void {
  const refuse = (kind: string, fix: string): never => {
    throw new ArgumentError(where, name, shownAs(kind), "a tensor or an object of tensors", fix);
  };
  if (data instanceof tf.data.Dataset) {
    const fix = "Collect its elements first. For a data set of tensors: `const x = tf.stack(await dataset.toArray())`.";
    refuse("a tf.data.Dataset", fix);
  }
  if (data instanceof Promise) refuse("a promise", "Wait for it with `await`.");
  if (ArrayBuffer.isView(data) || (Array.isArray(data) && data.length > 0)) {
    refuse("an array", "Convert it to a tensor, for example with `tf.tensor2d(rows)`.");
  }
}

/** An object that an error message displays as the given words. */
const shownAs = (words: string): object => ({ [inspect.custom]: () => words });

/** @throws ArgumentError like `checkTrainingData`, and if the names or example shapes differ from those of the training data */
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
