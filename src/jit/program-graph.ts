import { dataTypes } from "./data-type";
import { ancestors, assignNode, Graph, type Node, type Port, placeholder, port, typeOf } from "./graph";
import type { GraphFunction } from "./protobuf";
import type { RecordedVariable } from "./recorder";
import { type Threads, threadsFor } from "./session-threads";
import type { Trace } from "./trace";
import { asTraced, type Body, wrapInXla } from "./xla";

/** The graph of a program, and the names of the nodes that a run feeds and fetches. */
export interface ProgramGraph {
  nodes: Node[];
  functions: GraphFunction[];
  /** The nodes to feed, separated by commas: the inputs, then the captured tensors. */
  feed: string;
  /** The nodes to fetch: the outputs. Without outputs, one extra node, because TensorFlow runs only what is fetched. */
  fetch: string;
  variables: VariableNodes[];
  /** Whether XLA compiles the function with the ops of the trace. */
  xla: boolean;
  /** How the session uses the cores. */
  threads: Threads;
}

/** A variable of a loaded graph. */
export interface VariableNodes {
  recorded: RecordedVariable;
  /** Whether a run changes it. */
  written: boolean;
  /** To set the variable, feed `value` and fetch `done`. */
  value: string;
  done: string;
  /** To get the current value, fetch `read`. */
  read: string;
}

/** Completes a trace with assignments, results that wait for them, and nodes to set each variable. */
export function programGraph(trace: Trace, name: string, xla: boolean): ProgramGraph {
  const graph = new Graph();
  const body = xla ? wrapInXla(trace, name) : asTraced;
  return programGraphOf(trace, graph, body.functions, trace.inputs, addResults(graph, trace, body), xla);
}

/**
 * Makes the graph of a program from its nodes, and adds nodes to set each variable of the trace.
 *
 * @param inputs the nodes that are fed, before the captured tensors
 * @param outputs the nodes that are fetched
 */
export function programGraphOf(
  trace: Trace,
  graph: Graph,
  functions: GraphFunction[],
  inputs: Node[],
  outputs: Node[],
  xla: boolean,
): ProgramGraph {
  const setters = trace.variables.map(({ handle, read }) => setter(graph, handle, read));
  const fed = [...inputs, ...trace.captures.keys()];
  const needed = ancestors([...graph.nodes, ...fed, ...outputs, ...trace.variables.map(({ read }) => read)]);
  return {
    // The nodes must be sorted: the call of an XLA function comes from outside the trace, and other nodes need it.
    nodes: inOrder(needed),
    functions,
    xla,
    threads: xla ? "wide" : threadsFor(trace.graph.nodes),
    feed: fed.map((node) => node.name).join(),
    fetch: outputs.map((node) => node.name).join(),
    variables: trace.variables.map((recorded, i) => ({
      recorded,
      written: recorded.assigned !== undefined,
      ...setters[i]!,
      read: recorded.read.name,
    })),
  };
}

/**
 * Adds the assignments of a trace and a node for each output. The outputs wait for the assignments. Without outputs, one extra
 * node waits. If the computation of a value fails, no variable is assigned (unless an XLA function assigns it).
 */
export function addResults(graph: Graph, trace: Trace, { ports, calls, assigns }: Body = asTraced): Node[] {
  const assigned = trace.variables.flatMap(({ handle, assigned }) =>
    assigned && !assigns(handle) ? [{ handle, value: ports(assigned) }] : [],
  );
  const results = [...trace.outputs.map(ports), ...assigned.map(({ value }) => value)];
  // Compute all values before the first assignment. Otherwise a late read could see a new value, and a run that fails could
  // change only some of the variables.
  const computed = new Set([...results.map(({ node }) => node), ...calls]);
  const wait = assigned.length > 0 ? [graph.add({ op: "NoOp", name: "computed", after: [...computed] })] : [];
  const done = [...assigned.map(({ handle, value }) => assignNode(graph, handle, value, wait)), ...calls];
  const outputs = trace.outputs.map((output, i) => outputNode(graph, `output_${i}`, ports(output), done));
  return outputs.length > 0 ? outputs : [doneNode(graph, "done", done)];
}

/** A node that returns a value after other nodes have run. */
export function outputNode(graph: Graph, name: string, value: Port, after: Node[]): Node {
  const type = typeOf(value);
  const attributes = { T: { kind: "type", value: type.type } } as const;
  return graph.add({ op: "Identity", name, inputs: [value], after, attributes, outputs: [type] });
}

function setter(graph: Graph, handle: Node, read: Node): { value: string; done: string } {
  const type = read.outputs[0]!;
  const value = placeholder(graph, `${handle.name}_new`, type);
  const assign = assignNode(graph, handle, port(value), []);
  return { value: value.name, done: doneNode(graph, `${handle.name}_set`, [assign]).name };
}

/** A constant to fetch. It is available after other nodes have run. */
export function doneNode(graph: Graph, name: string, after: Node[]): Node {
  const type = dataTypes.bool;
  return graph.add({
    op: "Const",
    name,
    after,
    attributes: {
      dtype: { kind: "type", value: type },
      value: { kind: "tensor", value: { type, shape: [], values: [1] } },
    },
    outputs: [{ type, shape: [] }],
  });
}

/** Sorts nodes: each one comes after those it needs. */
export function inOrder(nodes: Set<Node>): Node[] {
  const done = new Set<Node>();
  const sorted: Node[] = [];
  for (const root of nodes) {
    const open = [root];
    while (open.length > 0) {
      const node = open.at(-1)!;
      const missing = done.has(node)
        ? []
        : [...node.inputs.map((input) => input.node), ...node.after].filter((n) => !done.has(n));
      if (missing.length > 0) {
        open.push(...missing);
        continue;
      }
      open.pop();
      if (done.has(node)) continue;
      done.add(node);
      sorted.push(node);
    }
  }
  return sorted;
}
