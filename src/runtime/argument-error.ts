import { inspect } from "node:util";

/** A public function received an argument that it does not accept. The message states the argument and what is accepted. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";

  /**
   * @param where the function, as the user calls it: `vae()`
   * @param argument the argument or option
   * @param given the value received
   * @param accepted what is accepted, completing "… must be"
   * @param fix how to fix it, a sentence; optional
   */
  constructor(where: string, argument: string, given: unknown, accepted: string, fix?: string) {
    super(`${where}: ${argument} must be ${accepted}, but got ${show(given)}.${fix ? ` ${fix}` : ""}`);
  }
}

function show(value: unknown): string {
  if (isTensor(value)) {
    return value.isDisposed ? "a disposed tensor" : `a tensor of type ${value.dtype} and shape [${value.shape}]`;
  }
  return inspect(value, { depth: 1, maxArrayLength: 8, maxStringLength: 80, breakLength: Number.POSITIVE_INFINITY });
}

/** Recognized by its fields, so errors can be created without loading TensorFlow. */
const isTensor = (value: unknown): value is { isDisposed: boolean; dtype: string; shape: number[] } =>
  typeof value === "object" && value !== null && "dataId" in value && "isDisposed" in value && "dtype" in value;
