import { ancestors, assignNode, Graph, type Node, type Port, port, typeOf } from "./graph";
import { outputNames } from "./op-signature";
import type { GraphFunction } from "./protobuf";
import { isDraw } from "./recorder";
import type { Trace } from "./trace";

/** Where the work of a trace is done. */
export interface Body {
  /** Where an output of a node of the trace is to be had. */
  ports(port: Port): Port;
  functions: GraphFunction[];
  /** The nodes that call the functions. */
  calls: Node[];
  /** Whether a call assigns the variable of a handle. */
  assigns(handle: Node): boolean;
}

/** The nodes of a trace as they are. */
export const asTraced: Body = { ports: (given) => given, functions: [], calls: [], assigns: () => false };

/**
 * Puts the work of a trace into one function that TensorFlow compiles with XLA.
 *
 * A call op with the attribute `_XlaMustCompile` has its function compiled as a whole, whatever the flags of the
 * process. Variables are read and assigned inside, so that XLA updates them in their own memory: with an optimizer, the
 * step of an MLP takes 0.8 times what it takes with assignments of the results.
 *
 * Random draws stay outside, with the nodes that their keys are computed by: XLA's stateless ops turn the same bits
 * into other floats than TensorFlow's kernels do, and the numbers must not depend on how a function is run.
 */
export function wrapInXla(trace: Trace, name: string): Body {
  const roots = [...trace.outputs, ...trace.variables.flatMap(({ assigned }) => assigned ?? [])];
  const needed = ancestors(roots.map(({ node }) => node));
  const outside = ancestors([...needed].filter((node) => staysOutside(node)));
  const body = trace.graph.nodes.filter((node) => needed.has(node) && (!outside.has(node) || node.op === "Const"));
  const inside = new Set(body);
  const isInside = ({ node }: Port): boolean => inside.has(node) && !outside.has(node);
  const updated = new Set<Node>();
  for (const { handle, read, assigned } of trace.variables) {
    if (assigned === undefined || !isInside(assigned)) continue;
    const update = assignNode(new Graph(), handle, assigned, isInside(port(read)) ? [read] : []);
    body.push(update);
    inside.add(update);
    updated.add(handle);
  }

  const parameters = new Ports("parameter");
  for (const node of body) for (const input of node.inputs) if (!inside.has(input.node)) parameters.name(input);
  const results = new Ports("result");
  for (const root of trace.outputs) if (isInside(root)) results.name(root);
  if (results.all.length === 0 && updated.size === 0) return asTraced;

  const inner = ({ node, index }: Port): string => `${node.name}:${outputNames(node)[index]}`;
  const functionName = `${name.replace(/\W/g, "_")}_body`;
  const call = new Graph().add({
    op: "StatefulPartitionedCall",
    name: "xla_call",
    inputs: parameters.all,
    // What is read outside is read before the call assigns, and what can fail outside fails before.
    after: [...outside].filter(({ inputs }) => inputs.length > 0),
    attributes: {
      f: { kind: "function", value: functionName },
      Tin: { kind: "types", value: parameters.all.map((p) => typeOf(p).type) },
      Tout: { kind: "types", value: results.all.map((p) => typeOf(p).type) },
      _XlaMustCompile: { kind: "bool", value: true },
    },
    outputs: results.all.map(typeOf),
  });
  const declared = (ports: Ports) => ports.all.map((p) => ({ name: ports.name(p), type: typeOf(p).type, port: p }));
  return {
    ports: (given) => (isInside(given) ? port(call, results.index(given)) : given),
    calls: [call],
    assigns: (handle) => updated.has(handle),
    functions: [
      {
        name: functionName,
        body,
        parameters: declared(parameters),
        results: declared(results).map((result) => ({ ...result, from: inner(result.port) })),
        inputName(node, i) {
          const input = node.inputs[i]!;
          return inside.has(input.node) ? inner(input) : parameters.name(input);
        },
      },
    ],
  };
}

const staysOutside = (node: Node): boolean => node.op === "Placeholder" || node.op === "VarHandleOp" || isDraw(node);

/** A list of distinct outputs with names. */
class Ports {
  readonly all: Port[] = [];
  readonly #indices = new Map<Node, Map<number, number>>();

  constructor(readonly prefix: string) {}

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

  name(given: Port): string {
    return `${this.prefix}_${this.index(given)}`;
  }
}
