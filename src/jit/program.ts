import { tf } from "../runtime/tensorflow";
import { printGraph } from "./graph";
import { engine, nativeBackend } from "./native-backend";
import { PendingData, prepareBackend, settleAll, type ValueSource } from "./pending-data";
import type { ProgramGraph, VariableNodes } from "./program-graph";
import { withRepair } from "./reset-tracing";
import { type SessionHolder, SharedSession } from "./shared-session";
import { isInput } from "./structure";
import { addIterations, type Trace } from "./trace";

/** A variable of a program. */
interface Slot extends VariableNodes {
  variable: tf.Variable;
  /** The data whose value is the program's copy of the variable; undefined before the first run. */
  held: object | undefined;
  /** The data that the last run gave the variable. Other tensors may still share it after the variable has changed. */
  pending: PendingData | undefined;
}

/**
 * A loaded trace. The program's session has its own copy of each variable. The data of the tf.Variable shows which copy is
 * current. If the program has not seen this data, it loads the value before the run. After the run, every variable that it
 * changed has new data, which is pending until something reads it. A program that runs alone copies nothing.
 *
 * Programs with equal graphs share a session. The values of one program are fetched from it before another one loads its own.
 */
export class Program implements ValueSource, SessionHolder {
  readonly trace: Trace;
  readonly #graph: ProgramGraph;
  readonly #shared: SharedSession;
  readonly #slots: Slot[];
  readonly #name: string;

  /** @param trace belongs to the program from now on, unless the constructor throws */
  constructor(trace: Trace, graph: ProgramGraph, name: string) {
    prepareBackend();
    this.trace = trace;
    this.#name = name;
    this.#graph = graph;
    const { variables } = trace;
    this.#shared = SharedSession.of(graph, 4 * variables.reduce((sum, { variable }) => sum + variable.size, 0));
    this.#slots = graph.variables.map((nodes) => ({
      ...nodes,
      variable: nodes.recorded.variable,
      held: undefined,
      pending: undefined,
    }));
  }

  /**
   * Runs the program.
   *
   * @param leaves the arguments, flattened; the tensors and numbers among them are fed
   * @param times how many steps of a loop the run takes
   */
  run(leaves: unknown[], times = 1): unknown {
    const inputs: tf.Tensor[] = [];
    const numbers: tf.Tensor[] = [];
    for (const leaf of leaves) {
      if (!isInput(leaf)) continue;
      const tensor = typeof leaf === "number" ? tf.scalar(leaf) : leaf;
      if (typeof leaf === "number") numbers.push(tensor);
      inputs.push(tensor);
    }
    const outputs = withRepair(this.#forget, () => {
      try {
        this.#shared.claim(this);
        this.#takeUp();
        return this.#execute([...inputs, ...this.trace.captures.values()]);
      } finally {
        for (const number of numbers) number.dispose();
      }
    });
    withRepair(this.#forget, () => this.#handOver());
    for (const [optimizer, steps] of this.trace.optimizerSteps) addIterations(optimizer, times * steps);
    if (this.trace.outputs.length === 0) outputs.pop()!.dispose();
    return this.trace.build(outputs);
  }

  /** Makes the next run load the values of all variables, for example after an interrupted run. */
  readonly #forget = (): void => {
    for (const slot of this.#slots) slot.held = undefined;
  };

  #execute(inputs: tf.Tensor[]): tf.Tensor[] {
    try {
      return this.#shared.session.run(inputs, this.#graph.feed, this.#graph.fetch);
    } catch (cause) {
      // A loop may fail after some of its steps. Their effect is kept, so that the variables agree with the session.
      this.#handOver();
      throw runError(this.#name, cause);
    }
  }

  /** Loads the values of variables that were assigned elsewhere. */
  #takeUp(): void {
    const stale: Slot[] = [];
    const shared: PendingData[] = [];
    for (const slot of this.#slots) {
      if (slot.variable.isDisposed) throw new Error(this.#disposedMessage(slot));
      const isStale = slot.variable.dataId !== slot.held;
      if (isStale) stale.push(slot);
      // Another tensor shares this data. Fetch the value for it before the program replaces its copy.
      const { pending } = slot;
      if (pending?.isPending && (isStale || pending.refCount > 1)) shared.push(pending);
    }
    settleAll(shared);
    if (stale.length === 0) return;
    const { tensorMap } = nativeBackend();
    settleAll(stale.map(({ variable }) => tensorMap.get(variable.dataId)));
    this.#set(stale);
  }

  #set(slots: Slot[]): void {
    const done = this.#shared.session.run(
      slots.map(({ variable }) => variable),
      slots.map(({ value }) => value).join(),
      slots.map(({ done }) => done).join(),
    );
    for (const tensor of done) tensor.dispose();
    for (const slot of slots) slot.held = slot.variable.dataId;
  }

  #disposedMessage({ variable }: Slot): string {
    return `${this.#name}: the variable ${variable.name}, which the compiled function uses, has been disposed of.`;
  }

  /** Gives new, pending data to the variables that a run has changed. */
  #handOver(): void {
    for (const slot of this.#slots) {
      const { written, variable, held, pending } = slot;
      if (written && !(pending?.isPending && variable.dataId === held)) this.#pend(slot);
    }
  }

  #pend(slot: Slot): void {
    const { tensorMap } = nativeBackend();
    const { variable, read } = slot;
    const { shape, dtype } = variable;
    const dataId = {};
    const pending = new PendingData(this, read, shape, tensorMap.get(variable.dataId).dtype);
    tensorMap.set(dataId, pending);
    const value = engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
    variable.assign(value);
    value.dispose();
    slot.held = dataId;
    slot.pending = pending;
  }

  settle(pending: PendingData[]): void {
    const handles = this.#shared.session.fetch(pending.map(({ node }) => node).join());
    for (const [i, data] of pending.entries()) data.settle(handles[i]!);
  }

  /** Whether XLA compiles the program. */
  get xla(): boolean {
    return this.#graph.xla;
  }

  /** The graph as text. */
  print(): string {
    const how = this.xla ? ", compiled by XLA" : "";
    const functions = this.#graph.functions.map(
      ({ name, body }) => `function ${name}${how}:\n${printGraph(body).replace(/^/gm, "  ")}`,
    );
    return [printGraph(this.#graph.nodes), ...functions].join("\n");
  }

  leave(): void {
    settleAll(this.#slots.flatMap(({ pending }) => (pending?.isPending ? pending : [])));
    this.#forget();
  }

  /** Frees the program and its captured tensors. The variables keep their values. */
  dispose(): void {
    this.close();
    tf.dispose([...this.trace.captures.values()]);
  }

  /** Frees the program, but not the captured tensors of its trace. */
  close(): void {
    this.leave();
    this.#shared.release(this);
  }
}

/** XLA cannot compile a function. */
export class XlaError extends Error {}

/** An error with TensorFlow's message, the function's name and, if XLA is the cause, how to fix it. */
function runError(name: string, cause: unknown): Error {
  const message = (cause instanceof Error ? cause.message : String(cause)).replace(
    "Session fail to run with error: ",
    "",
  );
  const op = /unsupported operations[\s\S]*?on XLA_CPU_JIT: (\w+)/.exec(message)?.[1];
  const fix = "Compile this function without XLA: jit(fn, { xla: false }).";
  return op === undefined
    ? new Error(`${name}: ${message}`, { cause })
    : new XlaError(`${name}: XLA cannot compile the op ${op}. ${fix}`, { cause });
}
