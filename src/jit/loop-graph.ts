import { dataTypes } from "./data-type";
import {
  ancestors,
  assignNode,
  Graph,
  type Node,
  type OutputType,
  type Port,
  placeholder,
  port,
  typeOf,
} from "./graph";
import { graphFunction } from "./graph-function";
import { GraphOps } from "./graph-ops";
import { doneNode, outputNode, type ProgramGraph, programGraphOf } from "./program-graph";
import type { GraphFunction } from "./protobuf";
import { neededNodes, type Trace } from "./trace";
import { asTraced, type Body, wrapInXla, xlaCall } from "./xla";
import { drawInsideXla, drawsOnlyOutsideXla } from "./xla-draws";

/** What goes round in a loop: the step's number, how many there are, what every step reads, and the outputs so far. */
interface LoopState {
  index: Port;
  count: Port;
  /** The inputs of all steps, stacked along a new first axis. */
  stacks: Port[];
  /** Captured tensors, and the handles of variables. */
  shared: Port[];
  /** The outputs of all steps, stacked likewise. */
  outputs: Port[];
}

const portsOf = ({ index, count, stacks, shared, outputs }: LoopState): Port[] => [
  index,
  count,
  ...stacks,
  ...shared,
  ...outputs,
];

/**
 * A graph that runs a traced step many times: one call for many steps. It is fed the number of steps, then the inputs of all
 * steps, stacked along a new first axis of length `limit`, and returns the outputs stacked likewise, zeros beyond the last step.
 *
 * The loop is TensorFlow's `While` op. Variables are its invariant resources, read and assigned in every round. Without XLA,
 * TensorFlow lowers the op into its executor's own control flow, one round at a time. With XLA, the whole loop is one function
 * that is compiled once for any number of steps. If a step makes draws that XLA cannot make, only the rest of it is compiled.
 */
export function loopGraph(trace: Trace, name: string, xla: boolean, limit: number): ProgramGraph {
  const graph = new Graph();
  const ops = new GraphOps(graph, "loop_");
  const stacked = (type: OutputType): OutputType => ({ type: type.type, shape: [limit, ...type.shape] });
  const count = placeholder(graph, "count", { type: dataTypes.int32, shape: [] });
  const stacks = trace.inputs.map((node) => placeholder(graph, `${node.name}_of_steps`, stacked(node.outputs[0]!)));
  const captures = [...trace.captures.keys()];
  const handles = trace.variables.map(({ handle }) => handle);
  const given = [count, ...stacks, ...captures, ...handles].map((node) => port(node));
  const state: LoopState = {
    index: ops.integers(0),
    count: port(count),
    stacks: stacks.map((node) => port(node)),
    shared: [...captures, ...handles].map((node) => port(node)),
    outputs: trace.outputs.map((output) => ops.zeros(stacked(typeOf(output)))),
  };
  const whole = xla && ![...neededNodes(trace)].some(drawsOnlyOutsideXla);
  const work = xla && !whole ? wrapInXla(trace, name) : asTraced;
  const [condition, step] = [conditionOf(state, name), stepOf(trace, work, state, name, whole)];
  const functions = [condition, step, ...work.functions];
  const loop = whileNode(graph, state, condition, step, whole);
  const last = trace.outputs.map((_, i) => port(loop, portsOf(state).length - trace.outputs.length + i));
  if (!whole) {
    return programGraphOf(trace, graph, functions, [count, ...stacks], outputNodes(graph, last, [loop]), xla);
  }
  const outside = new Set(given.map(({ node }) => node));
  const body = [...ancestors([loop])].filter((node) => !outside.has(node));
  const wrapper = graphFunction({ name: `${name}_loop`, body, parameters: given, results: last });
  const call = xlaCall(wrapper, given, last.map(typeOf), []);
  const results = last.map((_, i) => port(call, i));
  const outer = new Graph();
  const fetched = outputNodes(outer, results, [call]);
  return programGraphOf(trace, outer, [...functions, wrapper], [count, ...stacks], fetched, xla);
}

const outputNodes = (graph: Graph, results: Port[], after: Node[]): Node[] =>
  results.length > 0
    ? results.map((result, i) => outputNode(graph, `output_${i}`, result, after))
    : [doneNode(graph, "done", after)];

function whileNode(graph: Graph, state: LoopState, condition: GraphFunction, step: GraphFunction, xla: boolean): Node {
  const inputs = portsOf(state);
  return graph.add({
    op: "While",
    name: "loop",
    inputs,
    attributes: {
      T: { kind: "types", value: inputs.map((input) => typeOf(input).type) },
      cond: { kind: "function", value: condition.name },
      body: { kind: "function", value: step.name },
      // A round reads the variables that the round before assigned.
      parallel_iterations: { kind: "int", value: 1 },
      _lower_using_switch_merge: { kind: "bool", value: !xla },
    },
    outputs: inputs.map(typeOf),
  });
}

function conditionOf(state: LoopState, name: string): GraphFunction {
  const graph = new Graph();
  const goesOn = new GraphOps(graph, "").math("Less", [state.index, state.count], { type: dataTypes.bool, shape: [] });
  return graphFunction({
    name: `${name}_condition`,
    body: graph.nodes,
    parameters: portsOf(state),
    results: [goesOn],
  });
}

/**
 * One step: takes its inputs from the stacks, does the work of the trace, assigns variables and enters the outputs.
 *
 * @param inXla whether the step is compiled by XLA together with the loop
 */
function stepOf(trace: Trace, work: Body, state: LoopState, name: string, inXla: boolean): GraphFunction {
  const graph = new Graph();
  const ops = new GraphOps(graph, "loop_");
  const assigned = trace.variables.flatMap(({ handle, read, assigned }) =>
    assigned && !work.assigns(handle) ? [{ handle, read, value: work.ports(assigned) }] : [],
  );
  const results = trace.outputs.map(work.ports);
  const needed = ancestors([
    ...[...results, ...assigned.map(({ value }) => value)].map(({ node }) => node),
    ...work.calls,
  ]);
  const given = new Set(state.shared.map(({ node }) => node));
  const replaced = new Map(trace.inputs.map((node, i) => [node, ops.item(state.stacks[i]!, state.index)]));
  for (const node of inXla ? needed : []) {
    const drawn = drawInsideXla(graph, node);
    if (drawn !== undefined) replaced.set(node, drawn);
  }
  const body = [...needed].filter((node) => !given.has(node) && !replaced.has(node));
  // XLA updates a variable in its own memory; elsewhere a round that fails shall change nothing.
  const computed = graph.add({ op: "NoOp", name: "loop_computed", after: inXla ? [] : body });
  const assigns = assigned.map(({ handle, read, value }) =>
    assignNode(graph, handle, value, inXla ? [read].filter((node) => needed.has(node)) : [computed]),
  );
  const next = ops.math("AddV2", [state.index, ops.integers(1)]);
  next.node.after.push(...assigns, ...work.calls);
  const outputs = results.map((result, i) => enter(ops, state.outputs[i]!, state.index, result, inXla));
  return graphFunction({
    name: `${name}_step`,
    body: [...body, ...graph.nodes],
    parameters: portsOf(state),
    results: portsOf({ ...state, index: next, outputs }),
    replaced,
  });
}

/** Puts the output of a step into its place among those of all steps. */
function enter(ops: GraphOps, all: Port, index: Port, value: Port, xla: boolean): Port {
  const { type, shape } = typeOf(value);
  const { int32 } = dataTypes;
  const row = ops.reshape(value, [1, ...shape]);
  const types = { T: { kind: "type", value: type }, Tindices: { kind: "type", value: int32 } } as const;
  if (!xla) {
    return ops.node("TensorScatterUpdate", [all, ops.reshape(index, [1, 1]), row], types, typeOf(all));
  }
  const starts = ops.stackLast([index, ...shape.map(() => ops.integers(0))]);
  return ops.node("XlaDynamicUpdateSlice", [all, row, starts], types, typeOf(all));
}
