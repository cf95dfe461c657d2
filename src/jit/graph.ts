import type { Attribute } from "./attribute";
import { dataTypeName } from "./data-type";

/** One output of a node. */
export interface Port {
  node: Node;
  index: number;
}

/** The element type and shape of an output. */
export interface OutputType {
  type: number;
  shape: readonly number[];
}

/** One op of a graph. */
export interface Node {
  name: string;
  op: string;
  inputs: Port[];
  /** Nodes that must have run before this one. */
  after: Node[];
  attributes: Record<string, Attribute>;
  outputs: OutputType[];
}

/** The parts of a new node. All but the op have defaults. */
export type NodeParts = Pick<Node, "op"> & Partial<Node>;

/** A list of nodes in an order in which they can run. */
export class Graph {
  readonly nodes: Node[] = [];

  /** Adds a node. By default, it is named after its op. */
  add({ op, name, inputs = [], after = [], attributes = {}, outputs = [] }: NodeParts): Node {
    const node = { name: name ?? `${op}_${this.nodes.length}`, op, inputs, after, attributes, outputs };
    this.nodes.push(node);
    return node;
  }
}

/** Adds a node that is fed at every run. */
export function placeholder(graph: Graph, name: string, type: OutputType): Node {
  const attributes = {
    dtype: { kind: "type", value: type.type },
    shape: { kind: "shape", value: type.shape },
  } as const;
  return graph.add({ op: "Placeholder", name, attributes, outputs: [type] });
}

/** Adds a node that assigns a value to the variable of a handle. */
export function assignNode(graph: Graph, handle: Node, value: Port, after: Node[]): Node {
  const { type } = typeOf(value);
  return graph.add({
    op: "AssignVariableOp",
    name: `${handle.name}_assign_${graph.nodes.length}`,
    inputs: [port(handle), value],
    after,
    attributes: { dtype: { kind: "type", value: type }, validate_shape: { kind: "bool", value: false } },
  });
}

/** An output of a node; defaults to the first one. */
export const port = (node: Node, index = 0): Port => ({ node, index });

/** The type of an output. */
export function typeOf({ node, index }: Port): OutputType {
  const type = node.outputs[index];
  if (type === undefined) throw new Error(`Node ${node.name} has no output ${index}.`);
  return type;
}

/** The number of elements of an output. */
export const sizeOf = ({ shape }: OutputType): number => shape.reduce((product, size) => product * size, 1);

/** Ops that provide a value without computing it. */
const passing = new Set(["Const", "Placeholder", "ReadVariableOp", "Reshape", "VarHandleOp"]);

/** Whether a node computes something. */
export const computes = ({ op }: Node): boolean => !passing.has(op);

/** The given nodes and all nodes that they need. */
export function ancestors(roots: Iterable<Node>): Set<Node> {
  const reached = new Set<Node>();
  const open = [...roots];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    for (const input of node.inputs) open.push(input.node);
    open.push(...node.after);
  }
  return reached;
}

/** The graph as text, one node per line: `name: type[shape] = op(inputs) {attributes}`. */
export function printGraph(nodes: Iterable<Node>): string {
  return [...nodes].map(printNode).join("\n");
}

function printNode({ name, op, inputs, after, attributes, outputs }: Node): string {
  const result = outputs.map(({ type, shape }) => `${dataTypeName(type)}[${shape.join(", ")}]`).join(", ");
  const operands = [...inputs.map(printPort), ...after.map((node) => `^${node.name}`)].join(", ");
  const details = Object.entries(attributes)
    .filter(([, { kind }]) => kind !== "type" && kind !== "types")
    .map(([key, attribute]) => `${key}: ${printAttribute(attribute)}`)
    .join(", ");
  return `${name}${result && `: ${result}`} = ${op}(${operands})${details && ` {${details}}`}`;
}

/** The name of an output in the graph of a session: `node` or `node:index`. */
export const printPort = ({ node, index }: Port): string => (index === 0 ? node.name : `${node.name}:${index}`);

function printAttribute({ kind, value }: Attribute): string {
  if (kind !== "tensor" && kind !== "text") return JSON.stringify(value);
  const { values }: { values: ArrayLike<unknown> } = value;
  const shown = Array.from(values).slice(0, 6).map(String).join(", ");
  return `[${shown}${values.length > 6 ? ", …" : ""}]`;
}
