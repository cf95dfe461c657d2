import { type Vae, vae } from "../../src/models/vae";
import type { Phase, StepContext, StepResult } from "../../src/objectives/phase";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import type { FitOptions } from "../../src/training/fit-options";
import type { Trainable } from "../../src/training/trainable";

/** Options that most tests share. XLA is tested where it matters; without it a step compiles in a tenth of the time. */
export const quiet = { progress: false, xla: false } as const satisfies Partial<FitOptions>;

/** Binary pictures with structure: each is one of four random prototypes, with one pixel in ten flipped. */
export function pictures(examples: number, pixels = 16, seed = 1): tf.Tensor2D {
  return tf.tidy(() => {
    const [prototypes, choice, flips] = rng(seed).split(3);
    const all = prototypes!.bernoulli(tf.fill([4, pixels], 0.5));
    const picked = tf.gather(all, choice!.categorical(tf.zeros([1, 4]), examples).reshape([examples]));
    return picked.sub(flips!.bernoulli(tf.fill([examples, pixels], 0.1))).abs() as tf.Tensor2D;
  });
}

export const smallVae = () => vae({ dataShape: 16, latentDim: 2, hidden: [8] });

/** A VAE whose phase reports the unweighted bound −distortion − rate. */
export function withBound(model: Vae): Trainable {
  const [phase] = model.phases;
  const loss: Phase["loss"] = (batch, context) => {
    const result = phase!.loss(batch, context);
    return { ...result, bound: tf.neg(tf.add(result.terms.distortion, result.terms.rate)) };
  };
  return { ...model, phases: [{ ...phase!, loss }] };
}

/** All numbers of variables, in order. */
export const numbers = (variables: readonly tf.Tensor[]): number[] =>
  variables.flatMap((variable) => [...variable.dataSync()]);

/** The largest difference relative to 1 + |value|. */
export function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.max(0, ...a.map((value, i) => Math.abs(value - b[i]!) / (1 + Math.abs(b[i]!))));
}

/** A model of one phase, "only", whose loss is what is given. */
export function toy(
  variables: tf.Variable[],
  loss: (batch: Readonly<Record<string, tf.Tensor>>, context: StepContext) => tf.Tensor | StepResult,
  declared: Partial<Phase> = {},
): Trainable {
  return {
    variables: () => variables,
    phases: [
      {
        ...declared,
        name: "only",
        variables: () => variables,
        loss(batch, context) {
          const result = loss(batch, context);
          return result instanceof tf.Tensor ? { loss: result, terms: {} } : result;
        },
      },
    ],
  };
}

/** Least squares on one weight: the loss of an example x is (w − x)². */
export function mean(start = 5): Trainable & { w: tf.Variable } {
  const w = tf.variable(tf.scalar(start));
  return { w, ...toy([w], ({ x }) => tf.mean(tf.square(tf.sub(x!, w)))) };
}

/**
 * An adversarial pair: the critic's weight seeks to raise what the generator's seeks to lower, so that a phase that moved
 * the other's variable would show.
 */
export function adversarial() {
  const [generator, critic] = tf.tidy(() => [tf.scalar(1).variable(), tf.scalar(1).variable()]);
  const game = (x: tf.Tensor) => tf.mean(tf.mul(x, tf.mul(generator!, critic!)));
  const model: Trainable = {
    variables: () => [generator!, critic!],
    phases: [
      {
        name: "critic",
        variables: () => [critic!],
        loss: ({ x }) => ({ loss: tf.neg(game(x!)), terms: { gap: tf.mul(x!, critic!) } }),
      },
      { name: "generator", variables: () => [generator!], loss: ({ x }) => ({ loss: game(x!), terms: {} }) },
    ],
  };
  return { model, generator: generator!, critic: critic! };
}
