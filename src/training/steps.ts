import { jit } from "../jit/jit";
import type { Batch, Phase, StepContext, StepResult } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { reservedColumns } from "./history";
import { penalizedLayers, penaltyOf } from "./layer-penalties";
import type { Minimize } from "./minimizer";
import type { StepValues } from "./step-values";

/** How steps are run. */
export interface StepOptions {
  /** Whether to compile them into one TensorFlow graph; op by op, they compute the same. */
  compile: boolean;
  /** Whether XLA compiles that graph. */
  xla: boolean;
}

/** A step: gathers the examples at `indices` from data in native memory and runs every phase on them. */
export interface Step {
  run(indices: Int32Array, step: number, inputs: StepInputs): StepValues;
  dispose(): void;
}

/** Numbers that may differ from step to step. */
export interface StepInputs {
  learningRate: number;
  schedules: Readonly<Record<string, number>>;
}

/** The step that trains: each phase's loss is minimized in turn. */
export const trainingStep = (
  phases: readonly Phase[],
  data: Batch,
  key: tf.Tensor1D,
  minimize: Minimize,
  options: StepOptions,
): Step => makeStep(phases, data, key, true, minimize, options);

/** The step that computes the measures and changes nothing. */
export const evaluationStep = (phases: readonly Phase[], data: Batch, key: tf.Tensor1D, options: StepOptions): Step =>
  makeStep(phases, data, key, false, (_phase, loss) => loss(), options);

function makeStep(
  phases: readonly Phase[],
  data: Batch,
  key: tf.Tensor1D,
  training: boolean,
  minimize: Minimize,
  { compile, xla }: StepOptions,
): Step {
  // What the phases report is known after the first call. The values are returned as one tensor, so that one read fetches all.
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
  const compiled = compile ? jit(step, { name: training ? "trainingStep" : "evaluationStep", xla }) : undefined;
  const call = compiled ?? step;

  return {
    run(indices, index, { learningRate, schedules }) {
      const values = tf.tidy(() => {
        const scalars = Object.fromEntries(Object.entries(schedules).map(([name, value]) => [name, tf.scalar(value)]));
        const examples = tf.tensor1d(indices, "int32");
        return call(examples, tf.scalar(index, "int32"), tf.scalar(learningRate), scalars).dataSync();
      });
      const byPhase: StepValues = Object.fromEntries(phases.map(({ name }) => [name, {}]));
      names.forEach(([phase, name], i) => {
        (byPhase[phase] as Record<string, number>)[name] = values[i] as number;
      });
      return byPhase;
    },
    dispose: () => compiled?.dispose(),
  };
}

type Scalars = Record<string, tf.Scalar>;

/** What a phase reports of a batch, one scalar each: its loss, and the batch means of its bound and its terms. */
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
      // Kept, since the scope in which gradients are taken disposes of everything but the loss.
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
      "one that rows of the history do not have",
    );
  }
}
