import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { callback, flag, text } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { activeRecorder } from "./active-recorder";
import type { Retraceable } from "./free-batch";
import { Program } from "./program";
import { flatten, inputSignature, isInput, mapLeaves } from "./structure";
import { type Trace, trace } from "./trace";

/** Options of `jit()`. */
export interface JitOptions {
  /** The function's name in errors and graphs; defaults to its own name. */
  name?: string;
  /** Whether TensorFlow compiles the graph with XLA: faster for MLPs, slower for convolutions; defaults to false. */
  xla?: boolean | undefined;
}

const schema = optionsSchema<JitOptions>({ name: text.optional(), xla: flag.optional() });

/** What a compiled function has done so far. */
export interface JitStats {
  /** How often the function was traced: once for each nesting, element type and shape of its arguments. */
  traces: number;
  /** How often a graph ran. Every call that returned is one. */
  runs: number;
}

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
  const programs: Programs = new Map();
  const stats: JitStats = { traces: 0, runs: 0 };
  let last: Loaded | undefined;

  const run = fn as (...args: unknown[]) => unknown;

  const compile = (key: string, args: A): Loaded => {
    programs.get(key)?.program.dispose();
    programs.delete(key);
    const traced = trace(run, args);
    const settings = settingsOf(traced.optimizerSteps.keys());
    const loaded = { program: load(traced), settings, args: mapLeaves(args, describeLeaf) };
    programs.set(key, loaded);
    stats.traces++;
    return loaded;
  };

  const load = (traced: Trace): Program => {
    try {
      return new Program(traced, name, xla);
    } catch (error) {
      tf.dispose([...traced.captures.values()]);
      throw error;
    }
  };

  const jitted = (...args: A): R => {
    // Inside another trace the function is simply part of what is traced.
    if (activeRecorder() !== undefined) return fn(...args);
    const { leaves, nesting } = flatten(args);
    const key = `${nesting} ${inputSignature(`${name}()`, leaves)}`;
    const known = programs.get(key);
    const current = known !== undefined && known.settings === settingsOf(known.program.trace.optimizerSteps.keys());
    last = current ? known : compile(key, args);
    const result = last.program.run(leaves) as R;
    stats.runs++;
    return result;
  };
  const lastCall = (): Loaded => {
    if (last === undefined) throw new Error(`${name} has not been traced yet: call it once before it is saved.`);
    return last;
  };
  collected.register(jitted, programs);
  return Object.assign(jitted, {
    stats,
    lastTrace: () => lastCall().program.trace,
    retrace: (replace: Parameters<Retraceable["retrace"]>[0]) => {
      const { args } = lastCall();
      // The traced run has tensors of its own in place of the arguments.
      return outOfScope(() =>
        trace(run, mapLeaves(args, (leaf) => (leaf instanceof Described ? replace(leaf) : leaf)) as A),
      );
    },
    graph: () => last?.program.print() ?? `${name} has not been traced yet`,
    dispose: () => {
      disposeAll(programs);
      last = undefined;
    },
  });
}

/** A loaded graph. */
interface Loaded {
  program: Program;
  /** The hyperparameters it contains. */
  settings: string;
  /** The arguments it was traced with, without their values. */
  args: unknown;
}

/** A tensor among the arguments, without its values. */
class Described {
  constructor(
    readonly shape: number[],
    readonly dtype: tf.DataType,
  ) {}
}

const describeLeaf = (leaf: unknown): unknown =>
  leaf instanceof tf.Tensor && isInput(leaf) ? new Described(leaf.shape, leaf.dtype) : leaf;

/** Loaded graphs, by what their arguments look like. */
type Programs = Map<string, Loaded>;

/** Disposes of the tensors made meanwhile that nobody keeps, and returns a result that is not searched for tensors. */
function outOfScope<T>(make: () => T): T {
  let made: T | undefined;
  tf.tidy(() => {
    made = make();
  });
  return made as T;
}

function disposeAll(programs: Programs): void {
  for (const { program } of programs.values()) program.dispose();
  programs.clear();
}

/** Frees the graphs of functions that are gone, as those of a notebook cell that was run again. */
const collected = new FinalizationRegistry(disposeAll);

/** The numbers of optimizers that their steps contain. */
function settingsOf(optimizers: Iterable<tf.Optimizer>): string {
  let settings = "";
  for (const optimizer of optimizers) {
    for (const [key, value] of Object.entries(optimizer)) {
      if (typeof value === "number" && key !== "iterations_") settings += `${key}=${value};`;
    }
  }
  return settings;
}
