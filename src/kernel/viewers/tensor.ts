import type { MimeBundle } from "../../display/mime-bundle";
import { hasMethods, type Viewer } from "./viewer";

/** The parts of a TensorFlow.js tensor that the viewer uses. */
interface Tensor {
  shape: number[];
  dtype: string;
  size: number;
  isDisposed: boolean;
  /** Only variables have a name and say whether they are trainable. */
  name?: string;
  trainable?: boolean;
  dataSync(): ArrayLike<number | string>;
  flatten(): Tensor;
  slice(begin: number, size: number): Tensor;
  min(): Tensor;
  max(): Tensor;
  mean(): Tensor;
  dispose(): void;
}

const shownValues = 6;

/**
 * Shows a tensor: its shape, its type, the first values, and for numbers also the range and the mean. It never shows
 * all values.
 */
export const viewTensor: Viewer = (value): MimeBundle | undefined => {
  if (!isTensor(value)) return undefined;
  const kind = value.trainable === undefined ? "Tensor" : `Variable "${value.name}"`;
  const title = `${kind} [${value.shape.join(", ")}] ${value.dtype}`;
  const lines = value.isDisposed ? [`${title} (disposed)`] : [title, ...describeValues(value)];
  return { data: { "text/plain": lines.join("\n") } };
};

function isTensor(value: unknown): value is Tensor {
  return (
    hasMethods(value, "dataSync", "dispose", "flatten") &&
    Array.isArray((value as Partial<Tensor>).shape) &&
    typeof (value as Partial<Tensor>).dtype === "string"
  );
}

function describeValues(tensor: Tensor): string[] {
  if (tensor.size === 0) return ["  no values"];
  const flat = tensor.flatten();
  const head = flat.slice(0, Math.min(shownValues, tensor.size));
  let values: string[];
  try {
    values = Array.from(head.dataSync(), (item) => format(item, tensor.dtype));
  } finally {
    flat.dispose();
    head.dispose();
  }
  const more = tensor.size - values.length;
  const preview = `  ${values.join(", ")}${more > 0 ? `, … ${more} more` : ""}`;
  if (tensor.size === 1 || !["float32", "int32"].includes(tensor.dtype)) return [preview];
  const [min, max, mean] = (["min", "max", "mean"] as const).map((op) => {
    const result = tensor[op]();
    const item = result.dataSync()[0];
    result.dispose();
    return format(item, "float32");
  });
  return [preview, `  min ${min}, max ${max}, mean ${mean}`];
}

function format(item: unknown, dtype: string): string {
  if (dtype === "string") return JSON.stringify(item);
  if (dtype === "bool") return String(Boolean(item));
  return typeof item === "number" ? String(Number(item.toPrecision(5))) : String(item);
}
