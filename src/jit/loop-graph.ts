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

/** The state of a loop: the index and number of steps, the values that every step reads, and the outputs so far. */
interface LoopState {
  index: Port;
  count: Port;
  /** The inputs of all steps, stacked: [steps, …]. */
  stacks: Port[];
  /** Captured tensors and the handles of variables. */
  shared: Port[];
  /** The outputs of all steps, stacked: [steps, …]. */
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
 * A graph that runs a traced step many times in one call. Its first input is the number of steps. The other inputs are the
 * inputs of all steps, stacked: [limit, …]. It returns the outputs of all steps, stacked in the same way, with zeros after the
 * last step.
 *
 * The loop is TensorFlow's `While` op. The handles of the variables do not change in the loop, and every iteration reads and
 * assigns the variables. Without XLA, TensorFlow lowers the op to control flow in its executor and runs one iteration at a time.
 * With XLA, the whole loop is one function, which is compiled once for any number of steps up to `limit`. If a step makes draws
 * that XLA cannot make, XLA compiles only the rest of the step.
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
      // An iteration reads the variables that the previous one assigned.
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
 * One step: reads its inputs from the stacks, runs the ops of the trace, assigns the variables and writes the outputs.
 *
 * @param inXla whether XLA compiles the step together with the loop
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
  // Without XLA, wait for all values, so an iteration that fails changes nothing. XLA updates each variable in its own memory.
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

/** Writes the output of a step into the stack of all outputs. */
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
