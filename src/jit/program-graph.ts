import { dataTypes } from "./data-type";
import { ancestors, assignNode, Graph, type Node, type Port, placeholder, port, typeOf } from "./graph";
import type { GraphFunction } from "./protobuf";
import type { RecordedVariable } from "./recorder";
import { type Threads, threadsFor } from "./session-threads";
import type { Trace } from "./trace";
import { asTraced, type Body, wrapInXla } from "./xla";

/** Node names by which a loaded graph is run. */
export interface ProgramGraph {
  nodes: Node[];
  functions: GraphFunction[];
  /** Names to feed: the inputs, then the captures. */
  feed: string;
  /** Names to fetch: the outputs; one extra when there is none, since TensorFlow runs nothing for nothing. */
  fetch: string;
  variables: VariableNodes[];
  /** Whether XLA compiles the functions, or the one that holds the work. */
  xla: boolean;
  /** How its session uses the cores. */
  threads: Threads;
}

/** A variable of a loaded graph. */
export interface VariableNodes {
  recorded: RecordedVariable;
  /** Whether a run changes it. */
  written: boolean;
  /** Feeding `value` and fetching `done` sets the variable. */
  value: string;
  done: string;
  /** Fetching it gives the present value. */
  read: string;
}

/** Completes a trace: assignments, results that wait for them, and a way to set each variable. */
export function programGraph(trace: Trace, name: string, xla: boolean): ProgramGraph {
  const graph = new Graph();
  const body = xla ? wrapInXla(trace, name) : asTraced;
  return programGraphOf(trace, graph, body.functions, trace.inputs, addResults(graph, trace, body), xla);
}

/**
 * The graph of a program from its nodes, with a way to set each variable of the trace.
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
    // The call of an XLA function is not in the trace, and everything added here comes after it.
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
 * Adds the assignments of a trace, all or none of which happen, and nodes for its outputs, which wait for them: one extra
 * when there is none.
 */
export function addResults(graph: Graph, trace: Trace, { ports, calls, assigns }: Body = asTraced): Node[] {
  const assigned = trace.variables.flatMap(({ handle, assigned }) =>
    assigned && !assigns(handle) ? [{ handle, value: ports(assigned) }] : [],
  );
  const results = [...trace.outputs.map(ports), ...assigned.map(({ value }) => value)];
  // Nothing is assigned before everything is computed: a read that comes late would see the new value, and a run that
  // fails would leave some variables behind and others not.
  const computed = new Set([...results.map(({ node }) => node), ...calls]);
  const wait = assigned.length > 0 ? [graph.add({ op: "NoOp", name: "computed", after: [...computed] })] : [];
  const done = [...assigned.map(({ handle, value }) => assignNode(graph, handle, value, wait)), ...calls];
  const outputs = trace.outputs.map((output, i) => outputNode(graph, `output_${i}`, ports(output), done));
  return outputs.length > 0 ? outputs : [doneNode(graph, "done", done)];
}

/** A value to be fetched, there when other nodes have run too. */
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

/** A constant that is there when other nodes have run. */
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

/** Sorts nodes so that each comes after those it needs. */
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
