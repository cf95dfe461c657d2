import type { Binding, BindingAttribute } from "./native-backend";

/** An attribute of a node, with its kind. */
export type Attribute = {
  [Kind in keyof AttributeValues]: { kind: Kind; value: AttributeValues[Kind] };
}[AttributeKind];

export interface AttributeValues {
  string: string;
  int: number;
  ints: number[];
  float: number;
  floats: number[];
  bool: boolean;
  bools: boolean[];
  /** One of TensorFlow's DataType numbers. */
  type: number;
  types: number[];
  shape: readonly number[];
  tensor: TensorValue;
  /** A constant of strings. */
  text: { shape: readonly number[]; values: string[] };
  function: string;
}

export type AttributeKind = keyof AttributeValues;

/** The value of a constant. */
export interface TensorValue {
  type: number;
  shape: readonly number[];
  values: ArrayLike<number>;
}

/**
 * An attribute or another value as text. Different values have different texts: plain JSON writes NaN and both infinities as
 * null, and −0 as 0.
 */
export const exactText = (value: unknown): string =>
  JSON.stringify(value, (_, part) => {
    if (ArrayBuffer.isView(part)) return Array.from(part as Float32Array);
    if (typeof part !== "number" || (Number.isFinite(part) && !Object.is(part, -0))) return part;
    return Object.is(part, -0) ? "-0" : String(part);
  });

/** The kind of each attribute type of the binding, for a single value and for a list. */
const kindOfBindingType = (binding: Binding): Map<number, { one: AttributeKind; list?: AttributeKind }> =>
  new Map([
    [binding.TF_ATTR_STRING, { one: "string" }],
    [binding.TF_ATTR_INT, { one: "int", list: "ints" }],
    [binding.TF_ATTR_FLOAT, { one: "float", list: "floats" }],
    [binding.TF_ATTR_BOOL, { one: "bool", list: "bools" }],
    [binding.TF_ATTR_TYPE, { one: "type", list: "types" }],
    [binding.TF_ATTR_SHAPE, { one: "shape", list: "shape" }],
  ]);

let kinds: ReturnType<typeof kindOfBindingType> | undefined;

/** Converts an attribute from the form that the kernels of tfjs-node use. */
export function fromBinding(binding: Binding, { name, type, value }: BindingAttribute): Attribute {
  kinds ??= kindOfBindingType(binding);
  const kind = kinds.get(type)?.[Array.isArray(value) ? "list" : "one"];
  if (kind === undefined) throw new Error(`jit(): attribute ${name} has the unknown type ${type}.`);
  return { kind, value } as Attribute;
}
