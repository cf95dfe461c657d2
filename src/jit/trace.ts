import { tf } from "../runtime/tensorflow";
import { findPlace, UntraceableError } from "./errors";
import { ancestors, type Graph, type Node, type Port } from "./graph";
import { engine, nativeBackend } from "./native-backend";
import { patch } from "./patch";
import { type RecordedVariable, Recorder } from "./recorder";
import { flatten, isInput, leafNames, mapLeaves } from "./structure";

/** A function as a graph, before it is loaded anywhere. */
export interface Trace {
  graph: Graph;
  /** One placeholder for each tensor or number among the arguments. */
  inputs: Node[];
  /** Their names by their places in the arguments: `input_0`, `input_1_beta`. */
  inputNames: string[];
  /** Large tensors from outside the function, with the placeholders they are fed to. */
  captures: Map<Node, tf.Tensor>;
  /** The variables read or assigned; `assigned` is the new value. */
  variables: (RecordedVariable & { assigned: Port | undefined })[];
  /** The tensors of the result. */
  outputs: Port[];
  /** Their names by their places in the result: `output`, `output_0`, `terms_rate`. */
  outputNames: string[];
  /** The result of a run, from the tensors of `outputs`. */
  build(tensors: tf.Tensor[]): unknown;
  /** How many steps each optimizer took. */
  optimizerSteps: Map<tf.Optimizer, number>;
}

let active: Recorder | undefined;

/** The recorder of the trace that is going on. */
export const activeRecorder = (): Recorder | undefined => active;

/**
 * Runs a function once, op by op, and records what it does. Its effects are undone: the variables have the same values
 * after it as before, whether it succeeds or throws.
 */
export function trace(fn: (...args: unknown[]) => unknown, args: unknown[]): Trace {
  const recorder = new Recorder();
  const variables = new VariableSnapshot(recorder);
  const optimizerSteps = new Map<tf.Optimizer, number>();
  const unhook = [...hooks(recorder, variables, optimizerSteps)];
  active = recorder;
  try {
    let made: Trace | undefined;
    // The trace is handed out past tidy(), which would search it for tensors.
    tf.tidy(() => {
      const result = fn(...(mapLeaves(args, (leaf) => inputTensor(recorder, leaf)) as unknown[]));
      if (result instanceof Promise) refusePromise(result);
      made = { ...finish(recorder, variables, optimizerSteps, result), inputNames: namesOf(args, isInput, "input") };
    });
    return made!;
  } finally {
    active = undefined;
    for (const restore of unhook) restore();
    variables.restore();
    for (const [optimizer, steps] of optimizerSteps) addIterations(optimizer, -steps);
  }
}

/** A tensor with data of its own for each input, so that two inputs that share data stay two. */
function inputTensor(recorder: Recorder, leaf: unknown): unknown {
  if (leaf instanceof tf.Variable) return leaf;
  const tensor = typeof leaf === "number" ? untraced(() => tf.scalar(leaf)) : (leaf as tf.Tensor);
  const copy = copyOf(tensor);
  recorder.input(copy);
  return copy;
}

function refusePromise(result: Promise<unknown>): never {
  result.catch(() => undefined);
  const mend = "Give jit() a synchronous function, and await outside of it.";
  throw new UntraceableError("the function is asynchronous", mend, { call: "", line: "" });
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
    captures: new Map([...recorder.captures].filter(([node]) => needed.has(node))),
    variables: all.filter(({ read, assigned }) => assigned !== undefined || needed.has(read)),
    outputs,
    outputNames: namesOf(result, (leaf) => leaf instanceof tf.Tensor, "output"),
    build: builder(result),
    optimizerSteps,
  };
}

/** Names of the leaves that count; a record at the top gives its own. */
function namesOf(structure: unknown, counts: (leaf: unknown) => boolean, prefix: string): string[] {
  const { leaves, nesting } = flatten(structure);
  return leafNames(structure, nesting.startsWith("{") ? "" : prefix).filter((_, i) => counts(leaves[i]));
}

/** Keeps the structure of the result, not its tensors. */
function builder(result: unknown): (tensors: tf.Tensor[]) => unknown {
  const place = Symbol("tensor");
  const template = mapLeaves(result, (leaf) => (leaf instanceof tf.Tensor ? place : leaf));
  return (tensors) => {
    let next = 0;
    return mapLeaves(template, (leaf) => (leaf === place ? tensors[next++] : leaf));
  };
}

/** The variables as they were when the trace began, or when they were made in it. */
class VariableSnapshot {
  readonly #values = new Map<tf.Variable, tf.Tensor>();
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    for (const variable of Object.values(engine().registeredVariables)) this.add(variable);
  }

  add(variable: tf.Variable): void {
    // Data shared with another tensor would make a variable and a constant look alike.
    if (nativeBackend().refCount(variable.dataId) > 1) {
      const own = copyOf(variable);
      variable.assign(own);
      own.dispose();
    }
    this.#recorder.variable(variable);
    this.#values.set(variable, tf.keep(aliasOf(variable)));
  }

  changed(): tf.Variable[] {
    return [...this.#values].filter(([variable, value]) => isChanged(variable, value)).map(([variable]) => variable);
  }

  restore(): void {
    for (const [variable, value] of this.#values) {
      if (!variable.isDisposed && variable.dataId !== value.dataId) variable.assign(value);
      value.dispose();
    }
  }
}

function isChanged(variable: tf.Variable, value: tf.Tensor): boolean {
  if (!variable.isDisposed) return variable.dataId !== value.dataId;
  throw new UntraceableError(
    `the variable ${variable.name} is disposed of inside the function`,
    "Dispose of it outside.",
    { call: "", line: "" },
  );
}

/** Another tensor of the same data; unlike `clone()`, it leaves no mark on a gradient tape. */
function aliasOf(variable: tf.Variable): tf.Tensor {
  const { dataId, shape, dtype } = variable;
  nativeBackend().tensorMap.get(dataId).refCount++;
  return engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
}

/** A tensor of the same value with data of its own; TensorFlow shares the memory. */
function copyOf(tensor: tf.Tensor): tf.Tensor {
  const backend = nativeBackend();
  const attributes = [
    { name: "T", type: backend.binding.TF_ATTR_TYPE, value: backend.tensorMap.get(tensor.dataId).dtype },
  ];
  return untraced(() => backend.executeSingleOutput("Identity", attributes, [tensor]));
}

/** Runs without recording. */
function untraced<T>(run: () => T): T {
  const recorder = active;
  active = undefined;
  try {
    return run();
  } finally {
    active = recorder;
  }
}

/** Puts the recorder between tfjs and its backend; each item undoes one part. */
function* hooks(
  recorder: Recorder,
  variables: VariableSnapshot,
  optimizerSteps: Map<tf.Optimizer, number>,
): Iterable<() => void> {
  const backend = nativeBackend();
  const { executeSingleOutput, executeMultipleOutputs, write, readSync, read } = backend;
  let checking = false;
  const refuseReading = (dataId: object): void => {
    if (active !== undefined && !checking && recorder.isTraced(dataId)) {
      throw new UntraceableError(
        "{op} reads the value of a tensor that depends on the arguments or on a variable",
        "A compiled function has no values while it is traced: return the tensor and read it outside, replace a " +
          "decision on its value by tf.where(), and print outside.",
        findPlace(),
      );
    }
  };
  yield patch(backend, {
    executeSingleOutput(op, attributes, inputs) {
      const output = executeSingleOutput.call(backend, op, attributes, inputs);
      if (active !== undefined) recorder.op(op, attributes, inputs, [output]);
      return output;
    },
    executeMultipleOutputs(op, attributes, inputs, count) {
      const outputs = executeMultipleOutputs.call(backend, op, attributes, inputs, count);
      if (active !== undefined) recorder.op(op, attributes, inputs, outputs);
      return outputs;
    },
    write(values, shape, dtype) {
      const dataId = write.call(backend, values, shape, dtype);
      if (active !== undefined) recorder.literal(dataId, values, dtype);
      return dataId;
    },
    readSync(dataId) {
      refuseReading(dataId);
      return readSync.call(backend, dataId);
    },
    read(dataId) {
      refuseReading(dataId);
      return read.call(backend, dataId);
    },
  });

  // The one kernel of tfjs-node that reads values: it checks the indices, as TensorFlow does again.
  const gather = tf.getKernel("GatherV2", "tensorflow");
  const { kernelFunc } = gather;
  yield patch(gather, {
    kernelFunc(parameters) {
      checking = true;
      try {
        return kernelFunc(parameters);
      } finally {
        checking = false;
      }
    },
  });

  const theEngine = engine();
  const { makeVariable } = theEngine;
  yield patch(theEngine, {
    makeVariable(initial, trainable, name, dtype) {
      const variable = makeVariable.call(theEngine, initial, trainable, name, dtype);
      variables.add(variable);
      return variable;
    },
  });

  const { random } = Math;
  yield patch(Math, {
    random() {
      recorder.randomDraw = findPlace();
      return random();
    },
  });

  const steps = tf.Optimizer.prototype as unknown as { incrementIterations(this: tf.Optimizer): void };
  const { incrementIterations } = steps;
  yield patch(steps, {
    incrementIterations(this: tf.Optimizer) {
      optimizerSteps.set(this, (optimizerSteps.get(this) ?? 0) + 1);
      incrementIterations.call(this);
    },
  });
}

/** Adds to the count of steps that tfjs keeps in JavaScript, beside the variables of an optimizer. */
export function addIterations(optimizer: tf.Optimizer, steps: number): void {
  (optimizer as unknown as { iterations_: number }).iterations_ = optimizer.iterations + steps;
}
