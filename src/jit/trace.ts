import { tf } from "../runtime/tensorflow";
import { withRecorder } from "./active-recorder";
import { UntraceableError } from "./errors";
import { ancestors, type Graph, type Node, type Port } from "./graph";
import { hooks } from "./hooks";
import { engine } from "./native-backend";
import { type RecordedVariable, Recorder } from "./recorder";
import { withUndo } from "./reset-tracing";
import { flatten, isInput, leafNames, mapLeaves } from "./structure";
import { copyOf, VariableSnapshot } from "./variable-snapshot";

/** A function as a graph that is not loaded yet. */
export interface Trace {
  graph: Graph;
  /** One placeholder for each tensor and number among the arguments. */
  inputs: Node[];
  /** The names of the inputs, by their position in the arguments: `input_0`, `input_1_beta`. */
  inputNames: string[];
  /** Tensors from outside the function that are fed, by their placeholders. The owner of the trace disposes of them. */
  captures: Map<Node, tf.Tensor>;
  /** The variables that are read or assigned. `assigned` is the new value. */
  variables: (RecordedVariable & { assigned: Port | undefined })[];
  /** The tensors of the result. */
  outputs: Port[];
  /** The names of the outputs, by their position in the result: `output`, `output_0`, `terms_rate`. */
  outputNames: string[];
  /** Builds the result of a run from the tensors of `outputs`. */
  build(tensors: tf.Tensor[]): unknown;
  /** The number of steps that each optimizer took. */
  optimizerSteps: Map<tf.Optimizer, number>;
}

/**
 * Runs a function once, op by op, and records what it does. Afterward, the variables have their old values again, whether it
 * succeeds or throws.
 *
 * @param feedsAll whether all tensors from outside are fed; otherwise small ones are constants
 * @throws UntraceableError if the function cannot become a graph
 */
export function trace(fn: (...args: unknown[]) => unknown, args: unknown[], feedsAll = false): Trace {
  const recorder = new Recorder(feedsAll);
  const optimizerSteps = new Map<tf.Optimizer, number>();
  const unhook: (() => void)[] = [];
  let variables: VariableSnapshot | undefined;
  const undo = (): void => {
    for (const restore of unhook) restore();
    variables?.restore();
    for (const [optimizer, steps] of optimizerSteps) addIterations(optimizer, -steps);
  };
  return withUndo(undo, () => {
    variables = new VariableSnapshot(recorder);
    for (const restore of hooks(recorder, variables, optimizerSteps)) unhook.push(restore);
    try {
      return record(recorder, variables, optimizerSteps, fn, args);
    } catch (error) {
      releaseTape();
      throw error;
    }
  });
}

/** The nodes that the outputs of a trace and the new values of its variables need. */
export const neededNodes = ({ outputs, variables }: Pick<Trace, "outputs" | "variables">): Set<Node> =>
  ancestors([...outputs, ...variables.flatMap(({ assigned }) => assigned ?? [])].map(({ node }) => node));

/** Runs the function with the recorder and completes its trace. */
function record(
  recorder: Recorder,
  variables: VariableSnapshot,
  optimizerSteps: Map<tf.Optimizer, number>,
  fn: (...args: unknown[]) => unknown,
  args: unknown[],
): Trace {
  let made: Trace | undefined;
  // Do not return the trace from tidy(), which would search it for tensors.
  tf.tidy(() => {
    const inputs = mapLeaves(args, (leaf) => inputTensor(recorder, leaf)) as unknown[];
    const result = withRecorder(recorder, () => fn(...inputs));
    if (result instanceof Promise) refusePromise(result);
    made = { ...finish(recorder, variables, optimizerSteps, result), inputNames: namesOf(args, isInput, "input") };
  });
  return made!;
}

/** Copies an input, because two inputs may share their data and the recorder identifies tensors by their data. */
function inputTensor(recorder: Recorder, leaf: unknown): unknown {
  if (leaf instanceof tf.Variable) return leaf;
  const tensor = typeof leaf === "number" ? tf.scalar(leaf) : (leaf as tf.Tensor);
  const copy = copyOf(tensor);
  recorder.input(copy);
  return copy;
}

/** Frees the tensors that tfjs keeps for an unfinished gradient. */
function releaseTape(): void {
  const { state } = engine();
  if (state.gradientDepth > 0 || !state.activeTape) return;
  for (const { saved } of state.activeTape) tf.dispose(saved);
  state.activeTape = null;
}

function refusePromise(result: Promise<unknown>): never {
  result.catch(() => undefined);
  const fix = "Use a synchronous function, and await outside.";
  throw new UntraceableError("the function is asynchronous", fix, { call: "", line: "" });
}

function finish(
  recorder: Recorder,
  snapshot: VariableSnapshot,
  optimizerSteps: Map<tf.Optimizer, number>,
  result: unknown,
): Omit<Trace, "inputNames"> {
  const leaves = flatten(result).leaves;
  const outputs = leaves.filter((leaf) => leaf instanceof tf.Tensor).map((tensor) => recorder.reference(tensor));
  const assigned = new Map(snapshot.changed().map((variable) => [variable, recorder.reference(variable)]));
  for (const variable of assigned.keys()) recorder.recorded(variable);
  const needed = ancestors([...outputs, ...assigned.values()].map(({ node }) => node));
  recorder.check(needed);
  const all = [...recorder.variables.values()].map((recorded) => ({
    ...recorded,
    assigned: assigned.get(recorded.variable),
  }));
  return {
    graph: recorder.graph,
    inputs: recorder.inputs,
    captures: new Map(
      [...recorder.captures]
        .filter(([node]) => needed.has(node))
        .map(([node, tensor]) => [node, tf.keep(tensor.clone())] as const),
    ),
    variables: all.filter(({ read, assigned }) => assigned !== undefined || needed.has(read)),
    outputs,
    outputNames: namesOf(result, (leaf) => leaf instanceof tf.Tensor, "output"),
    build: builder(result),
    optimizerSteps,
  };
}

/** The names of the leaves that count. Without an object at the top, they begin with the prefix. */
function namesOf(structure: unknown, counts: (leaf: unknown) => boolean, prefix: string): string[] {
  const { leaves, nesting } = flatten(structure);
  return leafNames(structure, nesting.startsWith("{") ? "" : prefix).filter((_, i) => counts(leaves[i]));
}

/** Keeps the structure of the result, but not its tensors. */
function builder(result: unknown): (tensors: tf.Tensor[]) => unknown {
  const place = Symbol("tensor");
  const template = mapLeaves(result, (leaf) => (leaf instanceof tf.Tensor ? place : leaf));
  return (tensors) => {
    let next = 0;
    return mapLeaves(template, (leaf) => (leaf === place ? tensors[next++] : leaf));
  };
}

/** Adds to an optimizer's count of steps, which tfjs keeps in JavaScript and not in a variable. */
export function addIterations(optimizer: tf.Optimizer, steps: number): void {
  (optimizer as unknown as { iterations_: number }).iterations_ = optimizer.iterations + steps;
}
