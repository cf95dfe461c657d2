import { tf } from "../runtime/tensorflow";
import type { Retraceable } from "./free-batch";
import { Program, XlaError } from "./program";
import type { ProgramGraph } from "./program-graph";
import { isInput, mapLeaves } from "./structure";
import { type Trace, trace } from "./trace";

/** Whether XLA compiles a function: said, or decided by what its trace contains. */
export type XlaChoice = boolean | ((trace: Trace) => boolean);

/** What a compiled function has done so far. */
export interface JitStats {
  /** How often the function was traced: once for each nesting, element type and shape of its arguments. */
  traces: number;
  /** How often a graph ran. Every call that returned is one. */
  runs: number;
}

/** How the programs of a function are made. */
export interface ProgramMaker {
  fn: (...args: unknown[]) => unknown;
  name: string;
  xla: XlaChoice;
  /** Whether all tensors from outside are fed, so that more graphs are the same; small ones are constants otherwise. */
  feedsAll: boolean;
  /** @param leaves what the program will be given */
  graph(trace: Trace, name: string, xla: boolean, leaves: unknown[]): ProgramGraph;
}

/** A loaded graph. */
interface Loaded {
  program: Program;
  /** The hyperparameters it contains. */
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
   * Runs the program for arguments of this kind, compiled if need be.
   *
   * @param key the kind of the arguments
   * @param args the arguments of a trace
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
      // Nobody asked for XLA: what it cannot compile is run without it.
      if (!(error instanceof XlaError && typeof this.#maker.xla === "function")) throw error;
      const { trace: traced } = loaded.program;
      this.#programs.delete(key);
      const plain = this.#load(key, traced, loaded.args, leaves, false);
      loaded.program.close();
      this.#last = plain;
      return plain.program.run(leaves, times);
    }
  }

  #compile(key: string, args: unknown[], leaves: unknown[]): Loaded {
    const { xla } = this.#maker;
    this.#programs.get(key)?.program.dispose();
    this.#programs.delete(key);
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
    throw new Error(`${this.#maker.name} has not been traced yet: call it once before it is saved.`);
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
    // The traced run has tensors of its own in place of the arguments.
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
