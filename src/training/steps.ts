import { jitLoop } from "../jit/jit-loop";
import type { XlaChoice } from "../jit/program-cache";
import type { Batch, Phase, StepContext, StepResult } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { readValues } from "../runtime/read-values";
import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { reservedColumns } from "./history";
import { penalizedLayers, penaltyOf } from "./layer-penalties";
import type { Minimize } from "./minimizer";
import type { StepValues } from "./step-values";

/** Options of `trainingSteps()` and `evaluationSteps()`. */
export interface StepOptions {
  /**
   * Whether to compile the steps and the loop around them into one TensorFlow graph. Otherwise, they run op by op with the same
   * results.
   */
  compile: boolean;
  /** Whether XLA compiles that graph, or a function that decides this from the trace of a step. */
  xla: XlaChoice;
  /** The maximum number of steps in a run, for batches of a given size. */
  longestRun(length: number): number;
}

/** Runs steps. Each step gathers its examples from the data in native memory and then runs every phase on them. */
export interface Steps {
  /**
   * Takes one step for each entry of `inputs`.
   *
   * @param batches the indices of the examples, step after step, with the same number for every step
   * @param first the number of the first step
   * @param inputs the inputs of each step
   * @returns the values of each step
   */
  run(batches: Int32Array, first: number, inputs: readonly StepInputs[]): StepValues[];
  /** Whether XLA compiled the steps of the last run. */
  xla(): boolean;
  dispose(): void;
}

/** The numbers that may change from step to step. */
export interface StepInputs {
  learningRate: number;
  schedules: Readonly<Record<string, number>>;
}

/** Training steps: each step minimizes the loss of every phase in turn. */
export const trainingSteps = (
  phases: readonly Phase[],
  data: Batch,
  key: tf.Tensor1D,
  minimize: Minimize,
  options: StepOptions,
): Steps => makeSteps(phases, data, key, true, minimize, options);

/** Evaluation steps: they compute the measures and change no variables. */
export const evaluationSteps = (phases: readonly Phase[], data: Batch, key: tf.Tensor1D, options: StepOptions): Steps =>
  makeSteps(phases, data, key, false, (_phase, loss) => loss(), options);

function makeSteps(
  phases: readonly Phase[],
  data: Batch,
  key: tf.Tensor1D,
  training: boolean,
  minimize: Minimize,
  { compile, xla, longestRun }: StepOptions,
): Steps {
  // The names of the reported values, known after the first step. The values are stacked, so one read fetches all of them.
  let names: [phase: string, name: string][] = [];

  const step = (indices: tf.Tensor1D, step: tf.Scalar, learningRate: tf.Scalar, schedules: Scalars): tf.Tensor1D =>
    tf.tidy(() => {
      const batch = Object.fromEntries(Object.entries(data).map(([name, all]) => [name, tf.gather(all, indices)]));
      const stream = rng(key).fold(step);
      const penalized = penalizedLayers(phases);
      const reported = phases.flatMap((phase, i) => {
        const context: StepContext = { rng: stream.fold(i), training, schedules };
        const penalty = () => penaltyOf(penalized.get(phase) ?? []);
        return runPhase(phase, batch, context, penalty, (loss) => minimize(phase, loss, learningRate));
      });
      names = reported.map(({ phase, name }) => [phase, name]);
      return tf.stack(reported.map(({ value }) => value)) as tf.Tensor1D;
    });
  const loop = compile
    ? jitLoop<StepArguments, tf.Tensor>(step as unknown as (...args: StepArguments) => tf.Tensor, {
        name: training ? "trainingSteps" : "evaluationSteps",
        xla,
      })
    : undefined;
  const call = loop ?? oneByOne(step);

  return {
    run(batches, first, inputs) {
      const count = inputs.length;
      const room = loop === undefined ? count : longestRun(batches.length / count);
      const values = readValues(() => call(count, ...stackInputs(batches, first, inputs, room)));
      return inputs.map((_, i) => valuesByName(phases, names, values.subarray(i * names.length) as Float32Array));
    },
    xla: () => loop?.lastXla() ?? false,
    dispose: () => loop?.dispose(),
  };
}

type Scalars = Record<string, tf.Scalar>;
/** The stacked arguments of the steps: example indices, step numbers, learning rates, schedule values. */
type StepArguments = [tf.Tensor, tf.Tensor, tf.Tensor, Record<string, tf.Tensor>];

/** The arguments of a run, padded to `room` steps so that runs of different lengths share one graph. */
function stackInputs(batches: Int32Array, first: number, inputs: readonly StepInputs[], room: number): StepArguments {
  const count = inputs.length;
  const length = batches.length / count;
  const indices = new Int32Array(room * length);
  indices.set(batches);
  const numbers = (of: (inputs: StepInputs) => number): tf.Tensor => {
    const all = new Float32Array(room);
    for (const [i, one] of inputs.entries()) all[i] = of(one);
    return tf.tensor1d(all);
  };
  const names = Object.keys(inputs[0]?.schedules ?? {});
  return [
    tf.tensor2d(indices, [room, length], "int32"),
    tf.tensor1d(
      Int32Array.from({ length: room }, (_, i) => first + i),
      "int32",
    ),
    numbers(({ learningRate }) => learningRate),
    Object.fromEntries(names.map((name) => [name, numbers(({ schedules }) => schedules[name] as number)])),
  ];
}

/** Takes the steps one after another, op by op, and stacks their values. */
const oneByOne =
  (step: (indices: tf.Tensor1D, step: tf.Scalar, learningRate: tf.Scalar, schedules: Scalars) => tf.Tensor1D) =>
  (count: number, indices: tf.Tensor, numbers: tf.Tensor, rates: tf.Tensor, schedules: Record<string, tf.Tensor>) => {
    const item = <T extends tf.Tensor>(stack: tf.Tensor, i: number): T =>
      stack.slice([i], [1]).reshape(stack.shape.slice(1) as number[]) as T;
    const values = Array.from({ length: count }, (_, i) => {
      const scalars = Object.fromEntries(
        Object.entries(schedules).map(([name, all]) => [name, item<tf.Scalar>(all, i)]),
      );
      return step(item(indices, i), item(numbers, i), item(rates, i), scalars);
    });
    return tf.stack(values);
  };

function valuesByName(phases: readonly Phase[], names: [string, string][], values: Float32Array): StepValues {
  const byPhase: StepValues = Object.fromEntries(phases.map(({ name }) => [name, {}]));
  for (const [i, [phase, name]] of names.entries()) {
    (byPhase[phase] as Record<string, number>)[name] = values[i] as number;
  }
  return byPhase;
}

/** Runs a phase on a batch. Reports its loss and the batch means of its bound and its terms, each as a scalar. */
function runPhase(
  phase: Phase,
  batch: Batch,
  context: StepContext,
  penalty: () => tf.Scalar | undefined,
  minimize: (loss: () => tf.Scalar) => tf.Scalar,
): { phase: string; name: string; value: tf.Scalar }[] {
  const kept: [string, tf.Scalar][] = [];
  try {
    const loss = minimize(() => {
      const result = phase.loss(batch, context);
      checkResult(phase.name, result);
      const { loss, bound, terms } = result;
      // `keep` is necessary, because the scope that computes the gradients disposes all tensors except the loss.
      const keep = (name: string, value: tf.Tensor) => kept.push([name, tf.keep(tf.mean(value))]);
      if (bound !== undefined) keep("bound", bound);
      for (const [name, term] of Object.entries(terms)) keep(name, term);
      const regularization = penalty();
      if (regularization === undefined) return loss as tf.Scalar;
      keep("regularization", regularization);
      return tf.add(loss, regularization) as tf.Scalar;
    });
    const means = kept.map(([name, mean]) => ({ phase: phase.name, name, value: mean.clone() }));
    return [{ phase: phase.name, name: "loss", value: loss }, ...means];
  } finally {
    for (const [, mean] of kept) mean.dispose();
  }
}

function checkResult(phase: string, { loss, bound, terms }: StepResult): void {
  if (!(loss instanceof tf.Tensor) || loss.rank !== 0) {
    throw new ArgumentError("fit()", `the loss of the phase "${phase}"`, loss, "a scalar tensor");
  }
  if (bound !== undefined && !(bound instanceof tf.Tensor && bound.rank === 1)) {
    throw new ArgumentError("fit()", `the bound of the phase "${phase}"`, bound, "a tensor with one value per example");
  }
  const taken = Object.keys(terms).find((name) => reservedColumns.has(name));
  if (taken !== undefined) {
    throw new ArgumentError(
      "fit()",
      `the name of a term of the phase "${phase}"`,
      taken,
      "different from the columns of the history",
    );
  }
}
