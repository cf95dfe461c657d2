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
  /** The function's name in errors and graphs; defaults to its own name. */
  name?: string;
  /** Whether TensorFlow compiles the graph with XLA: faster for MLPs, slower for convolutions; defaults to false. */
  xla?: boolean | undefined;
}

const schema = optionsSchema<JitOptions>({ name: text.optional(), xla: flag.optional() });

/** A compiled function. */
export interface Jitted<A extends unknown[], R> {
  (...args: A): R;
  readonly stats: Readonly<JitStats>;
  /** The graph of the last trace as text, one op a line. */
  graph(): string;
  /** What the last call ran, for `exportSavedModel()`. */
  lastTrace(): Trace;
  /** Traces the function anew, for `exportSavedModel()`: see `Retraceable`. */
  retrace: Retraceable["retrace"];
  /** Frees its graphs. Variables keep their values; the function traces anew when it is called again. */
  dispose(): void;
}

/**
 * Compiles a function of tensors: the first call records the TensorFlow ops that it runs and loads them as one graph;
 * from then on a call is one run of the graph.
 *
 * - Arguments are tensors and numbers, in arrays and plain objects if need be. A number becomes a float32 scalar: an
 *   *input*, which may differ from call to call (a schedule, a weight). Whole numbers for int32 come as tensors. The
 *   function is traced again for a new nesting, element type or shape.
 * - Random numbers come from `rng(key)`, with the key among the arguments.
 * - The result is a tensor, arrays and plain objects of tensors, or nothing. The caller disposes of the tensors, by
 *   `tf.tidy()` if wanted; gradients do not flow through a call.
 * - Variables may be read, assigned and made inside. A `tf.Variable` always holds the current value: after a call it has
 *   the new value (fetched when somebody reads it), and a value assigned outside is used by the next call.
 * - A tensor from outside is a constant: the value that it had at the trace. Large ones (a data set) stay in TensorFlow's
 *   memory and are not copied.
 * - JavaScript runs only during the trace. Reading a tensor's value, random numbers made by JavaScript and stateful
 *   random ops are errors that name the op and the line.
 *
 * The hyperparameters of an optimizer are part of the trace: a changed `learningRate` causes a new trace. Make a learning
 * rate that changes often an input, with `withLearningRate()`.
 *
 * @throws ArgumentError for unknown options and arguments; UntraceableError, at the first call, for what cannot be compiled
 */
export function jit<A extends unknown[], R>(fn: (...args: A) => R, options: JitOptions = {}): Jitted<A, R> {
  checkValue("jit()", "fn", fn, callback);
  checkOptions("jit()", schema, options);
  const { name = fn.name || "jitted", xla = false } = options;
  const run = fn as (...args: unknown[]) => unknown;
  const programs = new ProgramCache({ fn: run, name, xla, feedsAll: false, graph: programGraph });
  const jitted = (...args: A): R => {
    // Inside another trace the function is simply part of what is traced.
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
