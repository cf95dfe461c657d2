import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { callback, flag, text } from "../runtime/rules";
import { activeRecorder } from "./active-recorder";
import type { Retraceable } from "./free-batch";
import { type JitStats, ProgramCache } from "./program-cache";
import { programGraph } from "./program-graph";
import { flatten, inputSignature } from "./structure";
import type { Trace } from "./trace";

export type { JitStats } from "./program-cache";

/** Options of `jit()`. */
export interface JitOptions {
  /** The name of the function in errors and graphs; defaults to the function's own name, or to "jitted". */
  name?: string;
  /** Whether TensorFlow compiles the graph with XLA. This makes MLPs faster, but not convolutions. Defaults to false. */
  xla?: boolean | undefined;
}

const schema = optionsSchema<JitOptions>({ name: text.optional(), xla: flag.optional() });

/** A compiled function. */
export interface Jitted<A extends unknown[], R> {
  (...args: A): R;
  /** Counts of traces and runs. */
  readonly stats: Readonly<JitStats>;
  /** The graph of the last call as text, one op per line. */
  graph(): string;
  /** The trace that the last call ran, for `exportSavedModel()`. Throws an Error before the first call. */
  lastTrace(): Trace;
  /** Traces the function again, for `exportSavedModel()`; see `Retraceable`. */
  retrace: Retraceable["retrace"];
  /** Frees the graphs. Variables keep their values. The next call traces the function again. */
  dispose(): void;
}

/**
 * Compiles a function of tensors. The first call records the TensorFlow ops that the function runs and loads them as one graph.
 * After that, each call is one run of the graph.
 *
 * - Arguments are tensors and numbers, also in arrays and plain objects. A number becomes a float32 scalar. It is an *input*, so
 *   it may differ from call to call (a schedule, a weight). Pass an int32 number as a tensor. The function is traced again for
 *   each new nesting, element type or shape. An argument may also be a variable; another variable causes a new trace.
 * - Random numbers come from `rng(key)`, and the key must be among the arguments.
 * - The result is a tensor, arrays and plain objects of tensors, or nothing. Other values in the result are those of the trace.
 *   The caller disposes of the tensors, for example with `tf.tidy()`. Gradients do not flow through a call.
 * - The function may read, assign and create variables. A `tf.Variable` always holds the current value. After a call, it has the
 *   new value, which is fetched when something reads it. The next call uses a value that was assigned outside.
 * - A tensor from outside is a constant with the value it had when the function was traced. Large ones (a data set) stay in
 *   TensorFlow's memory and are not copied.
 * - JavaScript runs only during the trace. It is an error to read the value of a tensor that depends on the arguments or on a
 *   variable, to use random numbers from JavaScript, or to use stateful random ops. The error names the op and the line.
 *
 * The hyperparameters of an optimizer are part of the trace, so a change of `learningRate` causes a new trace. If the learning
 * rate changes often, make it an input with `withLearningRate()`.
 *
 * @throws ArgumentError for unknown options, and in a call for arguments of other types
 * @throws UntraceableError in a call that traces the function, if it cannot be compiled
 */
export function jit<A extends unknown[], R>(fn: (...args: A) => R, options: JitOptions = {}): Jitted<A, R> {
  checkValue("jit()", "fn", fn, callback);
  checkOptions("jit()", schema, options);
  const { name = fn.name || "jitted", xla = false } = options;
  const run = fn as (...args: unknown[]) => unknown;
  const programs = new ProgramCache({ fn: run, name, xla, feedsAll: false, graph: programGraph });
  const jitted = (...args: A): R => {
    // Inside another trace, the function's ops become part of that trace.
    if (activeRecorder() !== undefined) return fn(...args);
    const { leaves, nesting } = flatten(args);
    return programs.run(`${nesting} ${inputSignature(`${name}()`, leaves)}`, () => args, leaves) as R;
  };
  return Object.assign(jitted, {
    stats: programs.stats,
    lastTrace: () => programs.lastTrace(),
    retrace: (replace: Parameters<Retraceable["retrace"]>[0]) => programs.retrace(replace),
    graph: () => programs.print(),
    dispose: () => programs.dispose(),
  });
}
