import { ancestors, assignNode, Graph, type Node, type OutputType, type Port, port, typeOf } from "./graph";
import { graphFunction } from "./graph-function";
import type { GraphFunction } from "./protobuf";
import { neededNodes, type Trace } from "./trace";
import { drawInsideXla, drawsOnlyOutsideXla } from "./xla-draws";

/** The ops of a trace in the graph of a program: either as they are or in functions. */
export interface Body {
  /** The output that has the value of the given output of the trace. */
  ports(port: Port): Port;
  functions: GraphFunction[];
  /** The nodes that call the functions. */
  calls: Node[];
  /** Whether a call assigns the variable of a handle. */
  assigns(handle: Node): boolean;
}

/** Uses the nodes of a trace as they are. */
export const asTraced: Body = { ports: (given) => given, functions: [], calls: [], assigns: () => false };

/**
 * Puts the ops of a trace into one function that TensorFlow compiles with XLA.
 *
 * The function reads and assigns variables itself, so XLA updates them in their own memory. A training step of an MLP takes 0.8
 * times as long as with assignments outside the function. Draws that XLA cannot make stay outside, together with the nodes that
 * compute their keys and parameters.
 */
export function wrapInXla(trace: Trace, name: string): Body {
  const needed = neededNodes(trace);
  const outside = ancestors([...needed].filter((node) => staysOutside(node)));
  const traced = trace.graph.nodes.filter((node) => needed.has(node) && (!outside.has(node) || node.op === "Const"));
  const added = new Graph();
  const replaced = new Map<Node, Port>();
  for (const node of traced) {
    const drawn = drawInsideXla(added, node);
    if (drawn !== undefined) replaced.set(node, drawn);
  }
  const inside = new Set(traced);
  const isInside = ({ node }: Port): boolean => inside.has(node) && !outside.has(node);
  const updated = new Set<Node>();
  for (const { handle, read, assigned } of trace.variables) {
    if (assigned === undefined || !isInside(assigned)) continue;
    assignNode(added, handle, assigned, isInside(port(read)) ? [read] : []);
    updated.add(handle);
  }
  const body = [...traced.filter((node) => !replaced.has(node)), ...added.nodes];
  const within = new Set(body);
  const parameters = new Ports();
  for (const { inputs } of body) {
    for (const input of inputs) if (!within.has(input.node) && !replaced.has(input.node)) parameters.index(input);
  }
  const results = new Ports();
  for (const root of trace.outputs) if (isInside(root)) results.index(root);
  if (results.all.length === 0 && updated.size === 0) return asTraced;
  const made = graphFunction({
    name: `${name.replace(/\W/g, "_")}_body`,
    body,
    parameters: parameters.all,
    results: results.all,
    replaced,
  });
  // The call waits for the nodes outside: they must read variables before it assigns them, and it must not run if they fail.
  const before = [...outside].filter(({ inputs }) => inputs.length > 0);
  const call = xlaCall(made, parameters.all, results.all.map(typeOf), before);
  return {
    ports: (given) => (isInside(given) ? port(call, results.index(given)) : given),
    calls: [call],
    assigns: (handle) => updated.has(handle),
    functions: [made],
  };
}

/**
 * The call of a function. The attribute `_XlaMustCompile` makes TensorFlow compile the whole function with XLA, whatever the
 * flags of the process.
 */
export function xlaCall(called: GraphFunction, inputs: Port[], outputs: OutputType[], after: Node[]): Node {
  return new Graph().add({
    op: "StatefulPartitionedCall",
    name: "xla_call",
    inputs,
    after,
    attributes: {
      f: { kind: "function", value: called.name },
      Tin: { kind: "types", value: inputs.map((input) => typeOf(input).type) },
      Tout: { kind: "types", value: outputs.map(({ type }) => type) },
      _XlaMustCompile: { kind: "bool", value: true },
    },
    outputs,
  });
}

const staysOutside = (node: Node): boolean =>
  node.op === "Placeholder" || node.op === "VarHandleOp" || drawsOnlyOutsideXla(node);

/** A list of distinct outputs. */
class Ports {
  readonly all: Port[] = [];
  readonly #indices = new Map<Node, Map<number, number>>();

  index({ node, index }: Port): number {
    let ofNode = this.#indices.get(node);
    if (ofNode === undefined) {
      ofNode = new Map();
      this.#indices.set(node, ofNode);
    }
    const known = ofNode.get(index);
    if (known !== undefined) return known;
    ofNode.set(index, this.all.length);
    return this.all.push({ node, index }) - 1;
  }
}
