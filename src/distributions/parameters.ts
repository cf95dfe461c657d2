import { ArgumentError } from "../runtime/argument-error";
import { accepts } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** A parameter: a float32 tensor that broadcasts to [batch, …event], or a number. */
export type Parameter = tf.Tensor | number;

/** The option of every family with element-wise parameters. */
export interface ShapeOptions {
  /** [batch, …event]; defaults to the shape that the parameters broadcast to; required if all parameters are numbers. */
  shape?: readonly number[];
}

/**
 * Checks the types and shapes of parameters, but never their values, and returns their common shape [batch, …event].
 *
 * @param where the constructor, as the user calls it: `normal()`
 */
export function parameterShape(
  where: string,
  parameters: Record<string, Parameter>,
  shape: readonly number[] = [],
): readonly number[] {
  const common = broadcastParameters(where, parameters, shape);
  if (common.length === 0) {
    throw new ArgumentError(
      where,
      Object.keys(parameters).join(", "),
      "numbers alone",
      "tensors of shape [batch, …event]",
      "Give at least one tensor, or the option shape: [batch, …event].",
    );
  }
  if (!isShape(common)) throw new ArgumentError(where, "shape", common, shapeAccepted);
  return common;
}

const shapeAccepted = "[batch, …event], whole numbers of at least 1";

function isShape(value: unknown): boolean {
  return Array.isArray(value) && value.every((size) => Number.isInteger(size) && size > 0);
}

/** The shape that parameters and a given shape broadcast to. */
export function broadcastParameters(
  where: string,
  parameters: Record<string, Parameter>,
  shape: readonly number[] = [],
): readonly number[] {
  return Object.entries(parameters).reduce((common, [name, parameter]) => {
    checkParameter(where, name, parameter);
    if (typeof parameter === "number") return common;
    const wider = broadcastShapes(common, parameter.shape);
    if (wider) return wider;
    throw new ArgumentError(where, name, parameter.shape, `of a shape that broadcasts to [${common}]`);
  }, shape);
}

/** Checks one parameter by type: a finite number or a float32 tensor. */
export function checkParameter(where: string, name: string, parameter: Parameter): void {
  if (typeof parameter === "number" ? Number.isFinite(parameter) : isFloatTensor(parameter)) return;
  throw new ArgumentError(where, name, parameter, "a finite number or a float32 tensor");
}

/** Checks a parameter that must be a float32 tensor. */
export function checkTensor(where: string, name: string, parameter: tf.Tensor): void {
  checkParameter(where, name, parameter);
  if (typeof parameter === "number") throw new ArgumentError(where, name, parameter, "a float32 tensor");
}

const isFloatTensor = (value: unknown): boolean =>
  value instanceof tf.Tensor && value.dtype === "float32" && !value.isDisposed;

/** A finite number or a float32 tensor, in a schema of options. */
export const parameterRule = accepts<Parameter>(
  (value) => (typeof value === "number" ? Number.isFinite(value) : isFloatTensor(value)),
  "a finite number or a float32 tensor",
);

/** A float32 tensor, in a schema of options. */
export const tensorRule = accepts<tf.Tensor>((value) => isFloatTensor(value), "a float32 tensor");

/** A number above 0 or a float32 tensor, in a schema of options. The values of a tensor are not read. */
export const positiveRule = accepts<Parameter>(
  (value) => (typeof value === "number" ? value > 0 && value < Number.POSITIVE_INFINITY : isFloatTensor(value)),
  "a finite number above 0, or a tensor of such numbers",
);

/** A float32 tensor with a last axis of classes, in a schema of options; `classShape` checks its shape. */
export const classesRule = accepts<tf.Tensor>(
  (value) => value !== undefined,
  "a tensor of shape [batch, …event, classes], with at least 1 of each",
);

/** [batch, …event], in a schema of options. */
export const shapeRule = accepts<readonly number[]>(isShape, shapeAccepted);

/** Checks that exactly one of several alternative options is given. */
export function checkExactlyOne(where: string, options: Record<string, unknown>): void {
  const names = Object.keys(options);
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length === 1) return;
  throw new ArgumentError(where, names.join(" or "), given, "given, exactly one of them");
}

/**
 * The logarithm of a positive parameter. That of a tensor is computed whenever it is asked for: a variable then has its current
 * value, and a gradient that is taken later reaches the parameter. A number is checked; the values of a tensor are not read.
 */
export function logOf(where: string, name: string, parameter: Parameter): () => Parameter {
  checkParameter(where, name, parameter);
  if (typeof parameter !== "number") return () => tf.log(parameter);
  checkPositive(where, { [name]: parameter });
  const logarithm = Math.log(parameter);
  return () => logarithm;
}

/**
 * Parameters as they were given, and one that is computed from them whenever it is read. That one is not enumerable: `tf.tidy()`,
 * displays and the search for variables see what was given, and reading it makes a new tensor, which is the caller's.
 */
export function withComputed<Given extends object, Name extends string>(
  given: Given,
  name: Name,
  compute: () => Parameter,
): Given & { readonly [N in Name]: Parameter } {
  return Object.defineProperty({ ...given }, name, { get: compute }) as Given & { readonly [N in Name]: Parameter };
}

/** Checks that a parameter is positive if it is a number. The values of a tensor are not read. */
export function checkPositive(where: string, parameters: Record<string, Parameter>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value !== "number" || (value > 0 && value < Number.POSITIVE_INFINITY)) continue;
    throw new ArgumentError(where, name, value, "a finite number above 0, or a tensor of such numbers");
  }
}

/** The shape that two shapes broadcast to, or undefined if they do not broadcast. */
export function broadcastShapes(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  const shape: number[] = [];
  for (let i = 1; i <= Math.max(a.length, b.length); i++) {
    const left = a[a.length - i] ?? 1;
    const right = b[b.length - i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    shape.unshift(left === 1 ? right : left);
  }
  return shape;
}

/** A parameter broadcast to a new tensor of the given shape, with the parameter's gradient. */
export function fullTensor(parameter: Parameter, shape: readonly number[]): tf.Tensor {
  if (typeof parameter === "number") return tf.fill([...shape], parameter);
  if (tf.util.arraysEqual(parameter.shape, [...shape])) return parameter.clone();
  // Not broadcastTo, because its gradient in tfjs needs one slice per repetition.
  return tf.tidy(() => tf.add(parameter, tf.fill([...shape], 0)));
}
