import type { tf } from "../runtime/tensorflow";

/** TensorFlow's numbers for the element types that a graph may contain (types.proto). */
export const dataTypes = {
  float32: 1,
  int32: 3,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  resource: 20,
  uint64: 23,
} as const;

const nameOfNumber = new Map<number, string>(Object.entries(dataTypes).map(([name, number]) => [number, name]));

/** TensorFlow's number for a dtype of tfjs. */
export const dataTypeNumber = (dtype: tf.DataType): number => dataTypes[dtype];

/** The name of an element type, for error messages and printed graphs. */
export const dataTypeName = (number: number): string => nameOfNumber.get(number) ?? `type ${number}`;
