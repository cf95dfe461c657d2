import { tf } from "../runtime/tensorflow";
import { printGraph } from "./graph";
import { type GraphSession, openGraphSession } from "./graph-session";
import { engine, nativeBackend } from "./native-backend";
import { PendingData, prepareBackend, settleAll, type ValueSource } from "./pending-data";
import { type ProgramGraph, programGraph, type VariableNodes } from "./program-graph";
import { withRepair } from "./reset-tracing";
import { isInput } from "./structure";
import { addIterations, type Trace } from "./trace";

/** A variable in a program. */
interface Slot extends VariableNodes {
  variable: tf.Variable;
  /** The data of the variable whose value the program holds. */
  held: object | undefined;
}

/**
 * A loaded trace. Its variables have a copy in the program; which copy counts is known by the data of the tf.Variable:
 * data that the program has not seen is taken up before a run, and a run gives the variables that it changed new data,
 * pending until somebody reads it. A program that runs alone copies nothing.
 */
export class Program implements ValueSource {
  readonly trace: Trace;
  readonly #graph: ProgramGraph;
  readonly #session: GraphSession;
  readonly #slots: Slot[];
  readonly #name: string;

  constructor(trace: Trace, name: string, xla: boolean) {
    prepareBackend();
    this.trace = trace;
    this.#name = name;
    this.#graph = programGraph(trace, name, xla);
    this.#session = openGraphSession(this.#graph);
    this.#slots = this.#graph.variables.map((nodes) => ({
      ...nodes,
      variable: nodes.recorded.variable,
      held: undefined,
    }));
  }

  /** Runs the program on the tensors and numbers of the arguments, in order. */
  run(leaves: unknown[]): unknown {
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
        this.#takeUp();
        return this.#execute([...inputs, ...this.trace.captures.values()]);
      } finally {
        for (const number of numbers) number.dispose();
      }
    });
    withRepair(this.#forget, () => this.#handOver());
    for (const [optimizer, steps] of this.trace.optimizerSteps) addIterations(optimizer, steps);
    if (this.trace.outputs.length === 0) outputs.pop()!.dispose();
    return this.trace.build(outputs);
  }

  /** After a run that was broken off, the next one takes up the values that the variables have. */
  readonly #forget = (): void => {
    for (const slot of this.#slots) slot.held = undefined;
  };

  #execute(inputs: tf.Tensor[]): tf.Tensor[] {
    try {
      return this.#session.run(inputs, this.#graph.feed, this.#graph.fetch);
    } catch (cause) {
      throw runError(this.#name, cause);
    }
  }

  /** Gives the program the values of variables that were assigned elsewhere. */
  #takeUp(): void {
    const { tensorMap } = nativeBackend();
    const stale: Slot[] = [];
    for (const slot of this.#slots) {
      const { dataId } = slot.variable;
      if (slot.variable.isDisposed) throw new Error(this.#disposedMessage(slot));
      if (dataId !== slot.held) {
        stale.push(slot);
        continue;
      }
      if (!slot.written) continue;
      // Another tensor shares this data: it must keep the value that the run is about to replace.
      const data = tensorMap.get(dataId);
      if (data instanceof PendingData && data.isPending && data.refCount > 1) settleAll([data]);
    }
    if (stale.length === 0) return;
    settleAll(stale.map(({ variable }) => tensorMap.get(variable.dataId)));
    this.#set(stale);
  }

  #set(slots: Slot[]): void {
    const done = this.#session.run(
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

  /** Marks the variables that a run has changed. */
  #handOver(): void {
    const { tensorMap } = nativeBackend();
    for (const slot of this.#slots) {
      if (!slot.written) continue;
      const data = tensorMap.get(slot.variable.dataId);
      if (data instanceof PendingData && data.isPending && data.refCount === 1) continue;
      slot.held = this.#pend(slot);
    }
  }

  #pend({ variable, read }: Slot): object {
    const { tensorMap } = nativeBackend();
    const { shape, dtype } = variable;
    const dataId = {};
    tensorMap.set(dataId, new PendingData(this, read, shape, tensorMap.get(variable.dataId).dtype));
    const value = engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
    variable.assign(value);
    value.dispose();
    return dataId;
  }

  settle(pending: PendingData[]): void {
    const handles = this.#session.fetch(pending.map(({ node }) => node).join());
    for (const [i, data] of pending.entries()) data.settle(handles[i]!);
  }

  /** The graph as text. */
  print(): string {
    const functions = this.#graph.functions.map(
      ({ name, body }) => `function ${name}, compiled by XLA:\n${printGraph(body).replace(/^/gm, "  ")}`,
    );
    return [printGraph(this.#graph.nodes), ...functions].join("\n");
  }

  /** Frees the program; the variables keep their values. */
  dispose(): void {
    const { tensorMap } = nativeBackend();
    settleAll(
      this.#slots
        // tf.disposeVariables() lets the data go and leaves `isDisposed` false.
        .filter(({ variable, held }) => variable.dataId === held && tensorMap.has(held))
        .map(({ held }) => tensorMap.get(held!)),
    );
    tf.dispose([...this.trace.captures.values()]);
    this.#session.dispose();
  }
}

/** TensorFlow's message, with the function's name and, where there is one, the way out. */
function runError(name: string, cause: unknown): Error {
  const message = (cause instanceof Error ? cause.message : String(cause)).replace(
    "Session fail to run with error: ",
    "",
  );
  const op = /unsupported operations[\s\S]*?on XLA_CPU_JIT: (\w+)/.exec(message)?.[1];
  const fix = "Compile this function without XLA: jit(fn, { xla: false }).";
  return new Error(`${name}: ${op ? `XLA cannot compile the op ${op}. ${fix}` : message}`, { cause });
}
