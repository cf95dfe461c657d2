import { ancestors, Graph, type Node, type Port, port, typeOf } from "./graph";
import { outputNames } from "./op-signature";
import type { GraphFunction } from "./protobuf";
import { isDraw } from "./recorder";
import type { Trace } from "./trace";

/**
 * Puts the work of a trace into one function that TensorFlow compiles with XLA.
 *
 * A call op with the attribute `_XlaMustCompile` has its function compiled as a whole, whatever the flags of the
 * process. The function is pure: variables are read before it and assigned after it.
 *
 * Random draws stay outside, with the nodes that their keys are computed by: XLA's stateless ops turn the same bits
 * into other floats than TensorFlow's kernels do, and the numbers must not depend on how a function is run.
 */
export function wrapInXla(trace: Trace, name: string): { ports(port: Port): Port; functions: GraphFunction[] } {
  const roots = [...trace.outputs, ...trace.variables.flatMap(({ assigned }) => assigned ?? [])];
  const needed = ancestors(roots.map(({ node }) => node));
  const outside = ancestors([...needed].filter((node) => staysOutside(node)));
  const body = trace.graph.nodes.filter((node) => needed.has(node) && (!outside.has(node) || node.op === "Const"));
  const inside = new Set(body);
  const isInside = ({ node }: Port): boolean => inside.has(node) && !outside.has(node);

  const parameters = new Ports("parameter");
  for (const node of body) for (const input of node.inputs) if (!inside.has(input.node)) parameters.name(input);
  const results = new Ports("result");
  for (const root of roots) if (isInside(root)) results.name(root);
  if (results.all.length === 0) return { ports: (given) => given, functions: [] };

  const inner = ({ node, index }: Port): string => `${node.name}:${outputNames(node)[index]}`;
  const functionName = `${name.replace(/\W/g, "_")}_body`;
  const call = new Graph().add({
    op: "StatefulPartitionedCall",
    name: "xla_call",
    inputs: parameters.all,
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

const staysOutside = (node: Node): boolean => node.op === "Placeholder" || node.op === "ReadVariableOp" || isDraw(node);

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
