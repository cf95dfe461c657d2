import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/** Nested arrays and plain objects with leaves in a fixed order: as a list of leaves and a way back. */
export interface Flat {
  leaves: unknown[];
  /** Describes the nesting; equal for equal nestings. */
  nesting: string;
}

/** Takes a structure apart. Anything that is not an array or a plain object is a leaf. */
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

/** The same structure with each leaf replaced, in the order of `flatten`. */
export function mapLeaves(structure: unknown, replace: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(structure)) return structure.map((item) => mapLeaves(item, replace));
  if (!isPlainObject(structure)) return replace(structure);
  return Object.fromEntries(Object.entries(structure).map(([key, item]) => [key, mapLeaves(item, replace)]));
}

/** A name for each leaf, in the order of `flatten`: its path, joined by underscores, as Python spells names. */
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

/** Whether a leaf of the arguments is a value that comes in; a variable is part of the program. */
export const isInput = (leaf: unknown): leaf is tf.Tensor | number => !(leaf instanceof tf.Variable);

/** Checks the leaves of the arguments, and describes what a trace depends on: element types and shapes. */
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
    "Anything else the function needs can be captured from outside; it is then fixed when the function is traced.",
  );
}
