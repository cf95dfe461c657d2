import { tf } from "../runtime/tensorflow";
import type { Attribute, TensorValue } from "./attribute";
import { dataTypeNumber, dataTypes } from "./data-type";
import { type Node, type OutputType, type Port, port, typeOf } from "./graph";
import { GraphOps } from "./graph-ops";
import { neededNodes, type Trace } from "./trace";

/** A compiled function that can be traced again with arguments of other shapes. */
export interface Retraceable {
  /** The trace that the last call ran. */
  lastTrace(): Trace;
  /** Traces the function again and replaces the tensors of the last call. The caller disposes of the captured tensors. */
  retrace(replace: (tensor: Pick<tf.Tensor, "shape" | "dtype">) => tf.Tensor): Trace;
}

/** Batch sizes to trace for. They are primes, because the other sizes of a function are seldom equal to them. */
const sizes = [53, 59, 61] as const;

/**
 * Traces a function for all batch sizes. The batch is the first axis of the first tensor argument that has axes, and of all other
 * arguments whose first axis has the same size. An int32 tensor of shape [2] counts as a key of `rng()`, unless that fails.
 *
 * The function is traced for three batch sizes n. The three graphs may differ only in the shapes of tensors and in the numbers
 * of constants (the shape of a `reshape`, the divisor of a mean). Each of these numbers must be a + k n or c / n. The first two
 * sizes determine a and k, or c, and the third one checks them. The constants are then replaced by nodes that compute them from
 * the size of the input.
 *
 * @returns the trace, which owns its captured tensors; undefined if no argument is a tensor with axes
 * @throws Error with the reason if the graphs differ in any other way
 */
export function traceForAnyBatch(fn: Retraceable): Trace | undefined {
  const types = fn.lastTrace().inputs.map((node) => node.outputs[0] as OutputType);
  const axes = types.filter(({ shape }) => shape.length > 0);
  const batch = (axes.find((type) => !looksLikeKey(type)) ?? axes[0])?.shape[0];
  if (batch === undefined) return undefined;
  const isBatch = ({ shape }: OutputType): boolean => shape[0] === batch;
  if (!axes.some((type) => isBatch(type) && looksLikeKey(type)) || axes.every(looksLikeKey)) {
    return traceWithFree(fn, isBatch);
  }
  try {
    return traceWithFree(fn, (type) => isBatch(type) && !looksLikeKey(type));
  } catch {
    return traceWithFree(fn, isBatch);
  }
}

const looksLikeKey = ({ type, shape }: OutputType): boolean => type === dataTypes.int32 && `${shape}` === "2";

/** @param isBatch tells whether the first axis of an input is the batch */
function traceWithFree(fn: Retraceable, isBatch: (type: OutputType) => boolean): Trace {
  const traces: Trace[] = [];
  let merged: Trace | undefined;
  try {
    for (const size of sizes) {
      const resized = fn.retrace(({ shape, dtype }) => {
        const free = isBatch({ type: dataTypeNumber(dtype), shape });
        return tf.zeros(free ? [size, ...shape.slice(1)] : shape, dtype);
      });
      traces.push(resized);
    }
    merged = merge(traces[0] as Trace, traces.slice(1));
    return merged;
  } finally {
    for (const trace of traces) if (trace !== merged) tf.dispose([...trace.captures.values()]);
  }
}

/** The inputs of a trace and the nodes it needs, in recording order. */
function recordedNodes(trace: Trace): Node[] {
  const needed = neededNodes(trace);
  for (const input of trace.inputs) needed.add(input);
  return trace.graph.nodes.filter((node) => needed.has(node));
}

/** Turns the first trace into one for all batch sizes. */
function merge(trace: Trace, others: readonly Trace[]): Trace {
  const lists = [trace, ...others].map(recordedNodes) as [Node[], ...Node[][]];
  if (lists.some((list) => list.length !== lists[0].length)) {
    throw new Error("how many ops it runs depends on the batch size");
  }
  const places = lists.map((list) => new Map(list.map((node, i) => [node, i])));
  const size = new BatchSize(trace);
  for (const [i, node] of lists[0].entries()) {
    const alike = lists.map((list) => list[i] as Node);
    const wiring = alike.map(({ op, inputs }, t) =>
      JSON.stringify([op, inputs.map((input) => [places[t]?.get(input.node), input.index])]),
    );
    if (new Set(wiring).size > 1) throw new Error(`which ops it runs depends on the batch size (${node.op})`);
    mergeAttributes(node, alike, size);
    node.outputs = node.outputs.map(({ type }, index) => ({
      type,
      shape: mergeShapes(alike.map(({ outputs }) => (outputs[index] as OutputType).shape)),
    }));
  }
  return trace;
}

/** The sizes that all shapes have in common. The others are free: −1. */
function mergeShapes([first, ...others]: readonly (readonly number[])[]): number[] {
  return (first ?? []).map((size, axis) => (others.every((shape) => shape[axis] === size) ? size : -1));
}

function mergeAttributes(node: Node, alike: readonly Node[], size: BatchSize): void {
  for (const [name, attribute] of Object.entries(node.attributes)) {
    const all = alike.map(({ attributes }) => attributes[name] as Attribute);
    if (new Set(all.map((one) => JSON.stringify(one))).size === 1) continue;
    if (attribute.kind === "shape" && node.op === "Placeholder") {
      node.attributes[name] = { kind: "shape", value: mergeShapes(all.map(({ value }) => value as number[])) };
    } else if (attribute.kind === "tensor") {
      replaceConstant(
        node,
        all.map(({ value }) => value as TensorValue),
        size,
      );
      return;
    } else {
      throw new Error(`the attribute ${name} of the op ${node.op} depends on the batch size`);
    }
  }
}

/** The number a + k n + c / n for a batch of n examples. */
interface Formula {
  a: number;
  k: number;
  c: number;
}

/** The formula for a number that has these values at the three sizes; undefined if there is none. */
function formulaOf(values: readonly number[], whole: boolean): Formula | undefined {
  const [v1 = 0, v2 = 0] = values;
  const [n1, n2] = sizes;
  const tidy = (value: number): number => (Math.abs(value - Math.round(value)) < 1e-4 ? Math.round(value) : value);
  const k = tidy((v2 - v1) / (n2 - n1));
  const candidates = [{ a: tidy(v1 - k * n1), k, c: 0 }];
  if (!whole) candidates.push({ a: 0, k: 0, c: tidy(v1 * n1) });
  return candidates.find(({ a, k, c }) =>
    sizes.every((n, i) => {
      const value = values[i] as number;
      return Math.abs(a + k * n + c / n - value) <= (whole ? 0 : 2e-7 * Math.abs(value));
    }),
  );
}

/** Replaces a constant by a node that computes it. */
function replaceConstant(node: Node, constants: readonly TensorValue[], size: BatchSize): void {
  const { type, shape } = constants[0] as TensorValue;
  const whole = type === dataTypes.int32;
  if (!(whole || type === dataTypes.float32) || constants.some((one) => `${one.shape}` !== `${shape}`)) {
    throw new Error(
      "a constant that JavaScript makes depends on the batch size in its shape, or is neither float32 nor int32",
    );
  }
  const formulas = Array.from(constants[0]?.values ?? [], (_, i) => {
    const formula = formulaOf(
      constants.map(({ values }) => values[i] as number),
      whole,
    );
    if (formula !== undefined) return formula;
    throw new Error("a number that JavaScript computes from the batch size n is neither a + k n nor c / n");
  });
  const { ops } = size;
  const constant = (of: keyof Formula): Port => ops.constant({ type, shape, values: formulas.map((one) => one[of]) });
  const n = size.asType(type);
  const slope = ops.math("Mul", [constant("k"), n]);
  const linear = ops.math("AddV2", [constant("a"), slope]);
  const terms = whole ? [constant("a"), slope] : [linear, ops.math("RealDiv", [constant("c"), n])];
  const T = { kind: "type", value: type } as const;
  Object.assign(node, { op: "AddV2", inputs: terms, attributes: { T }, outputs: [{ type, shape }] });
}

/** The nodes that compute the batch size when the graph runs. */
class BatchSize {
  readonly ops: GraphOps;
  readonly #input: Node;
  #size: Port | undefined;

  constructor({ graph, inputs }: Trace) {
    this.ops = new GraphOps(graph, "");
    this.#input = inputs.find(({ outputs }) => outputs[0]?.shape[0] === sizes[0]) as Node;
  }

  /** The size as a scalar of the given type. */
  asType(type: number): Port {
    const { int32 } = dataTypes;
    this.#size ??= this.#firstAxis();
    return type === int32 ? this.#size : this.ops.cast(this.#size, type);
  }

  #firstAxis(): Port {
    const { int32 } = dataTypes;
    const input = port(this.#input);
    const { type, shape } = typeOf(input);
    const attributes = { T: { kind: "type", value: type }, out_type: { kind: "type", value: int32 } } as const;
    const whole = this.ops.node("Shape", [input], attributes, { type: int32, shape: [shape.length] });
    return this.ops.reshape(this.ops.slice(whole, [0], [1]), []);
  }
}
