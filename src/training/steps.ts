import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import type { Batch, Phase, StepContext } from "./trainable";

/** Values of a step, by phase and name: the phase's `loss` and the batch means of its terms. */
export type StepValues = Record<string, Record<string, number>>;

/** Turns a function of tensors into a faster one that computes the same, or leaves it as it is. */
export type Compile = <A extends unknown[], R>(fn: (...args: A) => R) => (...args: A) => R;

/** Takes the examples at `indices` from data in native memory and runs every phase on them. */
export type RunStep = (indices: tf.Tensor1D, step: number, schedules: Readonly<Record<string, number>>) => StepValues;

/** Changes a phase's variables along a loss; the result is the loss. */
export type Minimise = (phase: Phase, loss: () => tf.Scalar) => tf.Scalar;

/** The step that trains: each phase's loss is minimised in turn. */
export const trainingStep = (
  phases: readonly Phase[],
  data: Batch,
  key: tf.Tensor1D,
  minimise: Minimise,
  compile: Compile,
) => makeStep(phases, data, key, true, minimise, compile);

/** The step that only looks. */
export const evaluationStep = (phases: readonly Phase[], data: Batch, key: tf.Tensor1D, compile: Compile) =>
  makeStep(phases, data, key, false, (_phase, loss) => loss(), compile);

function makeStep(
  phases: readonly Phase[],
  data: Batch,
  key: tf.Tensor1D,
  training: boolean,
  minimise: Minimise,
  compile: Compile,
): RunStep {
  // What the phases report is known after the first call; the values travel as one tensor, so that one read fetches all.
  let names: [phase: string, name: string][] = [];
  const compiled = compile((indices: tf.Tensor1D, step: tf.Scalar, schedules: Record<string, tf.Scalar>) =>
    tf.tidy(() => {
      const reported: [string, string, tf.Tensor][] = [];
      const batch = Object.fromEntries(Object.entries(data).map(([name, all]) => [name, tf.gather(all, indices)]));
      const stream = rng(key).fold(step);
      phases.forEach((phase, i) => {
        const context: StepContext = { rng: stream.fold(i), training, schedules };
        const means: [string, string, tf.Tensor][] = [];
        const loss = minimise(phase, () => {
          const { loss, terms } = phase.loss(batch, context);
          // Kept, since the scope in which gradients are taken disposes everything but the loss.
          for (const [name, term] of Object.entries(terms)) means.push([phase.name, name, tf.keep(tf.mean(term))]);
          return loss as tf.Scalar;
        });
        reported.push([phase.name, "loss", loss]);
        // Copies belong to this scope again, which disposes them.
        for (const [phaseName, name, mean] of means) {
          reported.push([phaseName, name, mean.clone()]);
          mean.dispose();
        }
      });
      names = reported.map(([phase, name]) => [phase, name]);
      return tf.stack(reported.map(([, , value]) => value)) as tf.Tensor1D;
    }),
  );
  return (indices, step, schedules) => {
    const values = tf.tidy(() => {
      const scalars = Object.fromEntries(Object.entries(schedules).map(([name, value]) => [name, tf.scalar(value)]));
      return compiled(indices, tf.scalar(step, "int32"), scalars).dataSync();
    });
    const byPhase: StepValues = {};
    names.forEach(([phase, name], i) => {
      byPhase[phase] ??= {};
      (byPhase[phase] as Record<string, number>)[name] = values[i] as number;
    });
    return byPhase;
  };
}
