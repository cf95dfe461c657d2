import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/** Nested arrays and plain objects as a list of leaves and a description of the nesting. */
export interface Flat {
  leaves: unknown[];
  /** Describes the nesting. Equal nestings have equal descriptions. */
  nesting: string;
}

/** Flattens a structure. Anything that is not an array or a plain object is a leaf. */
export function flatten(structure: unknown): Flat {
  const leaves: unknown[] = [];
  return { nesting: describe(structure, leaves), leaves };
}

function describe(value: unknown, leaves: unknown[]): string {
  if (Array.isArray(value)) return `[${value.map((item) => describe(item, leaves)).join()}]`;
  if (isPlainObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${describe(item, leaves)}`);
    return `{${entries.join()}}`;
  }
  leaves.push(value);
  return "*";
}

/** A copy of a structure with each leaf replaced, in the order of `flatten`. */
export function mapLeaves(structure: unknown, replace: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(structure)) return structure.map((item) => mapLeaves(item, replace));
  if (!isPlainObject(structure)) return replace(structure);
  return Object.fromEntries(Object.entries(structure).map(([key, item]) => [key, mapLeaves(item, replace)]));
}

/** A name for each leaf, in the order of `flatten`: its path, joined by underscores, as a valid Python name. */
export function leafNames(structure: unknown, path = ""): string[] {
  const items = Array.isArray(structure) || isPlainObject(structure) ? Object.entries(structure) : undefined;
  if (items === undefined) return [path.replace(/\W/g, "_")];
  return items.flatMap(([key, item]) => leafNames(item, path ? `${path}_${key}` : key));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a leaf of the arguments is fed at every run. A variable is part of the program instead. */
export const isInput = (leaf: unknown): leaf is tf.Tensor | number => !(leaf instanceof tf.Variable);

/**
 * Checks the leaves of the arguments and describes what a trace depends on: their element types and shapes, and which variables
 * they are.
 */
export function inputSignature(where: string, leaves: unknown[]): string {
  return leaves.map((leaf) => leafSignature(where, leaf)).join(";");
}

function leafSignature(where: string, leaf: unknown): string {
  if (typeof leaf === "number") return "number";
  if (!isInput(leaf)) return `variable ${(leaf as tf.Variable).id}`;
  if (leaf instanceof tf.Tensor && leaf.dtype !== "string") return `${leaf.dtype}[${leaf.shape.join()}]`;
  throw new ArgumentError(
    where,
    "every argument",
    leaf,
    "a tensor of numbers, a number, or arrays and plain objects of these",
    "The function can use other values from outside. They are fixed when it is traced.",
  );
}
