import { tf } from "../runtime/tensorflow";
import type { Retraceable } from "./free-batch";
import { Program, XlaError } from "./program";
import type { ProgramGraph } from "./program-graph";
import { isInput, mapLeaves } from "./structure";
import { type Trace, trace } from "./trace";

/** Whether XLA compiles a function: a fixed choice, or one that depends on the trace. */
export type XlaChoice = boolean | ((trace: Trace) => boolean);

/** Counts of what a compiled function has done so far. */
export interface JitStats {
  /** How often the function was traced: once for each kind of arguments, and again after `dispose()` or a new hyperparameter. */
  traces: number;
  /** The number of calls that ran a graph and returned. */
  runs: number;
}

/** What is needed to compile a function. */
export interface ProgramMaker {
  fn: (...args: unknown[]) => unknown;
  name: string;
  xla: XlaChoice;
  /** Whether all tensors from outside are fed, which makes more graphs equal. Otherwise small ones are constants. */
  feedsAll: boolean;
  /** @param leaves the arguments of the first call, flattened */
  graph(trace: Trace, name: string, xla: boolean, leaves: unknown[]): ProgramGraph;
}

/** A loaded graph. */
interface Loaded {
  program: Program;
  /** The hyperparameters that the graph contains. */
  settings: string;
  /** The arguments it was traced with, without their values. */
  args: unknown[];
}

/** The programs of a function, one for each kind of arguments. */
export class ProgramCache {
  readonly stats: JitStats = { traces: 0, runs: 0 };
  readonly #maker: ProgramMaker;
  readonly #programs: Programs = new Map();
  #last: Loaded | undefined;

  constructor(maker: ProgramMaker) {
    this.#maker = maker;
    collected.register(this, this.#programs);
  }

  /**
   * Runs the program for arguments of this kind, and compiles it first if necessary.
   *
   * @param key the nesting, element types and shapes of the arguments
   * @param args makes the arguments to trace with
   * @param leaves the values that the graph is fed
   * @param times the number of steps that the run takes
   */
  run(key: string, args: () => unknown[], leaves: unknown[], times = 1): unknown {
    const known = this.#programs.get(key);
    const current = known !== undefined && known.settings === settingsOf(known.program.trace.optimizerSteps.keys());
    const loaded = current ? known : this.#compile(key, args(), leaves);
    this.#last = loaded;
    const result = this.#runLoaded(key, loaded, leaves, times);
    this.stats.runs++;
    return result;
  }

  #runLoaded(key: string, loaded: Loaded, leaves: unknown[], times: number): unknown {
    try {
      return loaded.program.run(leaves, times);
    } catch (error) {
      // The caller did not ask for XLA, so run without it if XLA cannot compile the graph.
      if (!(error instanceof XlaError && typeof this.#maker.xla === "function")) throw error;
      const { trace: traced } = loaded.program;
      this.#programs.delete(key);
      this.#last = undefined;
      let plain: Loaded;
      try {
        plain = this.#load(key, traced, loaded.args, leaves, false);
      } catch (failure) {
        loaded.program.dispose();
        throw failure;
      }
      loaded.program.close();
      this.#last = plain;
      return plain.program.run(leaves, times);
    }
  }

  #compile(key: string, args: unknown[], leaves: unknown[]): Loaded {
    const { xla } = this.#maker;
    const outdated = this.#programs.get(key);
    outdated?.program.dispose();
    this.#programs.delete(key);
    if (this.#last === outdated) this.#last = undefined;
    const traced = trace(this.#maker.fn, args, this.#maker.feedsAll);
    this.stats.traces++;
    try {
      return this.#load(key, traced, args, leaves, typeof xla === "function" ? xla(traced) : xla);
    } catch (error) {
      tf.dispose([...traced.captures.values()]);
      throw error;
    }
  }

  #load(key: string, traced: Trace, args: unknown[], leaves: unknown[], xla: boolean): Loaded {
    const { name, graph } = this.#maker;
    const program = new Program(traced, graph(traced, name.replace(/\W/g, "_"), xla, leaves), name);
    const settings = settingsOf(traced.optimizerSteps.keys());
    const loaded = { program, settings, args: mapLeaves(args, describeLeaf) as unknown[] };
    this.#programs.set(key, loaded);
    return loaded;
  }

  #lastCall(): Loaded {
    if (this.#last !== undefined) return this.#last;
    throw new Error(`${this.#maker.name} has not been called yet, so it has no graph. Call it once first.`);
  }

  /** The trace of the last call. */
  lastTrace(): Trace {
    return this.#lastCall().program.trace;
  }

  /** Whether XLA compiled what the last call ran. */
  lastXla(): boolean {
    return this.#lastCall().program.xla;
  }

  retrace(replace: Parameters<Retraceable["retrace"]>[0]): Trace {
    const { args } = this.#lastCall();
    // The traced function runs on new tensors, which must be disposed of.
    return outOfScope(() =>
      trace(this.#maker.fn, mapLeaves(args, (leaf) => (leaf instanceof Described ? replace(leaf) : leaf)) as unknown[]),
    );
  }

  print(): string {
    return this.#last?.program.print() ?? `${this.#maker.name} has not been traced yet`;
  }

  dispose(): void {
    disposeAll(this.#programs);
    this.#last = undefined;
  }
}

/** The description of a tensor argument, without its values. */
class Described {
  constructor(
    readonly shape: number[],
    readonly dtype: tf.DataType,
  ) {}
}

const describeLeaf = (leaf: unknown): unknown =>
  leaf instanceof tf.Tensor && isInput(leaf) ? new Described(leaf.shape, leaf.dtype) : leaf;

/** Loaded graphs, by the nesting, element types and shapes of their arguments. */
type Programs = Map<string, Loaded>;

/** Like `tf.tidy()`, but tensors in the result are disposed of too, unless they are kept. */
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

/** Frees the graphs of functions that were garbage-collected, for example after a notebook cell ran again. */
const collected = new FinalizationRegistry(disposeAll);

/** The hyperparameters of optimizers, which are constants in their graphs. */
function settingsOf(optimizers: Iterable<tf.Optimizer>): string {
  let settings = "";
  for (const optimizer of optimizers) {
    for (const [key, value] of Object.entries(optimizer)) {
      if (typeof value === "number" && key !== "iterations_") settings += `${key}=${value};`;
    }
  }
  return settings;
}
