import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { accepts, callback, text, wholeNumberWithin } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { loopGraph } from "./loop-graph";
import { type JitStats, ProgramCache, type XlaChoice } from "./program-cache";
import { flatten, inputSignature, mapLeaves } from "./structure";

/** Options of `jitLoop()`. */
export interface JitLoopOptions {
  /** The step's name in errors and graphs; defaults to its own name. */
  name?: string;
  /**
   * Whether TensorFlow compiles the loop with XLA, or how to decide that from the trace of a step: where XLA is chosen so and
   * cannot compile an op, the loop runs without it. Defaults to false.
   */
  xla?: XlaChoice | undefined;
}

const schema = optionsSchema<JitLoopOptions>({
  name: text.optional(),
  xla: accepts<XlaChoice>(
    (value) => ["boolean", "function"].includes(typeof value),
    "true, false or a function",
  ).optional(),
});

/** A step that is compiled together with the loop around it. */
export interface JittedLoop<A extends unknown[], R> {
  /**
   * Takes `count` steps in one run of TensorFlow.
   *
   * @param count how many, at most the length of the stacks
   * @param stacks the arguments of all steps: each tensor has a first axis of steps, as long as one likes. The loop is compiled
   *   for each length, so that it pays to keep to one and to fill it with zeros
   * @returns what the steps return, stacked likewise; zeros from `count` on
   */
  (count: number, ...stacks: A): R;
  readonly stats: Readonly<JitStats>;
  /** Whether XLA compiled the loop of the last call. */
  lastXla(): boolean;
  /** The graph of the last call as text, one op a line. */
  graph(): string;
  /** Frees its graphs. Variables keep their values. */
  dispose(): void;
}

/**
 * Compiles a step together with the loop around it: one call of TensorFlow runs many steps, which saves what a call costs, and
 * the values of all of them come back at once. What a step is may be read at `jit()`; the numbers are those of as many calls.
 *
 * A call costs 0.25 to 1 ms, ten times the arithmetic of a step of a small network.
 *
 * @param step takes and returns tensors, in arrays and plain objects if need be
 * @throws ArgumentError for unknown options and arguments; UntraceableError, at the first call, for what cannot be compiled
 */
export function jitLoop<A extends unknown[], R>(
  step: (...args: A) => R,
  options: JitLoopOptions = {},
): JittedLoop<A, R> {
  checkValue("jitLoop()", "step", step, callback);
  checkOptions("jitLoop()", schema, options);
  const { name = step.name || "step", xla = false } = options;
  const programs = new ProgramCache({
    fn: step as (...args: unknown[]) => unknown,
    name,
    xla,
    feedsAll: true,
    graph: (trace, of, withXla, [, stack]) => loopGraph(trace, of, withXla, (stack as tf.Tensor).shape[0] as number),
  });
  const loop = (count: number, ...stacks: A): R => {
    const { leaves, nesting } = flatten(stacks);
    const limit = lengthOf(`${name}()`, leaves);
    checkValue(`${name}()`, "count", count, wholeNumberWithin(1, limit));
    const key = `${nesting} ${inputSignature(`${name}()`, leaves)}`;
    const counted = tf.scalar(count, "int32");
    const first = (): unknown[] => mapLeaves(stacks, (leaf) => firstOf(leaf as tf.Tensor)) as unknown[];
    try {
      return programs.run(key, first, [counted, ...leaves], count) as R;
    } finally {
      counted.dispose();
    }
  };
  return Object.assign(loop, {
    stats: programs.stats,
    lastXla: () => programs.lastXla(),
    graph: () => programs.print(),
    dispose: () => programs.dispose(),
  });
}

/** How many steps the stacks have room for. */
function lengthOf(where: string, leaves: readonly unknown[]): number {
  const lengths = leaves.map((leaf) => (leaf instanceof tf.Tensor ? leaf.shape[0] : undefined));
  const [length] = lengths;
  if (length !== undefined && length > 0 && lengths.every((one) => one === length)) return length;
  throw new ArgumentError(
    where,
    "the lengths of the stacks",
    lengths,
    "tensors with the same number of steps, at least 1",
  );
}

/** The argument of the first step. */
const firstOf = (stack: tf.Tensor): tf.Tensor =>
  tf.tidy(() => stack.slice([0], [1]).reshape(stack.shape.slice(1) as number[]));
