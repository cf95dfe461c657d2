import { createHash } from "node:crypto";
import type { Batch } from "../objectives/phase";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";

/** The number of values copied out of native memory at a time. */
const chunk = 2 ** 22;

/** A short hash of each tensor. Tensors with equal types, shapes and values have equal hashes. */
export const fingerprints = (tensors: Batch): Record<string, string> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, fingerprint(tensor)]));

function fingerprint(tensor: tf.Tensor): string {
  const hash = createHash("sha256").update(`${tensor.dtype} [${tensor.shape}]`);
  const flat = tensor.reshape([-1]);
  for (let first = 0; first < flat.size; first += chunk) {
    const part = flat.slice([first], [Math.min(chunk, flat.size - first)]);
    const values: ArrayLike<number> | string[] = part.dataSync();
    hash.update(ArrayBuffer.isView(values) ? (values as Uint8Array) : JSON.stringify(values));
    part.dispose();
  }
  flat.dispose();
  return hash.digest("hex").slice(0, 16);
}

/**
 * The options of a model as plain data that can be compared. A network or a function is recorded only as "a network" or
 * "a function", because its contents cannot be compared. The shapes of the variables are compared separately.
 */
export function describeSpec({ factory, options }: FactorySpec): Record<string, unknown> {
  return Object.fromEntries([
    ["the model", factory],
    ...Object.entries(options).map(([name, value]) => [`the option "${name}" of ${factory}()`, describe(value)]),
  ]);
}

function describe(value: unknown): unknown {
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(describe);
  if (value instanceof tf.Tensor) return fingerprint(value);
  if (value instanceof tf.layers.Layer) return "a network";
  const { spec } = value as { spec?: FactorySpec };
  if (spec !== undefined) return { [spec.factory]: describe(spec.options) };
  if (Object.getPrototypeOf(value) !== Object.prototype) return `an object of ${value.constructor?.name ?? "its own"}`;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, describe(each)]));
}
