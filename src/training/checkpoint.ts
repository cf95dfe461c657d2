import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readTensorFile, writeTensorFile } from "../runtime/tensor-file";
import { tf } from "../runtime/tensorflow";
import type { FitState } from "./fit-state";
import { optimizerState, restoreOptimizer } from "./optimizer-state";

/** The contents of a checkpoint. */
export interface CheckpointParts {
  variables: readonly tf.Variable[];
  optimizers: readonly tf.Optimizer[];
  state: FitState;
  /** The values of the variables at the best epoch, if `fit` keeps them. */
  best: readonly tf.Tensor[] | undefined;
  /** What must be the same in a later call so that training can continue exactly: plain data by name. */
  conditions: Readonly<Record<string, unknown>>;
}

const format = "elbo-lab checkpoint";
const version = "4";

/**
 * Writes everything that `fit` needs to continue exactly. The file is replaced atomically, so there is a usable file even after a
 * crash.
 */
export function saveCheckpoint(file: string, parts: CheckpointParts): void {
  const { variables, optimizers, state, best = [], conditions } = parts;
  const states = optimizers.map(optimizerState);
  const tensors = Object.fromEntries([
    ...variables.map((variable, i) => [`model/${i}`, variable]),
    ...states.flatMap(({ tensors }, i) =>
      Object.entries(tensors).map(([name, tensor]) => [`optimizer/${i}/${name}`, tensor]),
    ),
    ...best.map((tensor, i) => [`best/${i}`, tensor]),
  ]);
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeTensorFile(file, {
    tensors,
    metadata: {
      format,
      version,
      state: JSON.stringify(state),
      iterations: JSON.stringify(states.map(({ iterations }) => iterations)),
      conditions: JSON.stringify(conditions),
    },
  });
}

/** The part of a checkpoint that `loadCheckpoint` returns. The rest is restored in place. */
export interface LoadedCheckpoint {
  state: FitState;
  /** The values of the variables at the best epoch, which the caller must dispose; empty if the checkpoint contains none. */
  best: tf.Tensor[];
}

/**
 * Restores a checkpoint into a model and new optimizers. If this function throws, the model is unchanged.
 *
 * @returns undefined if the file does not exist
 * @throws Error if the file is damaged or comes from a different model, different options, different data or a different seed
 */
export function loadCheckpoint(
  file: string,
  { variables, optimizers, conditions }: Pick<CheckpointParts, "variables" | "optimizers" | "conditions">,
): LoadedCheckpoint | undefined {
  if (!existsSync(file)) return undefined;
  const { tensors, metadata } = readTensorFile(file);
  try {
    const values = Object.values(group(tensors, "model/"));
    const refusal = refuseFormat(metadata) ?? refuseShapes(variables, values) ?? refuseConditions(metadata, conditions);
    if (refusal !== undefined) throw new Error(`fit(): cannot resume from ${path.basename(file)}: ${refusal}.`);
    // From here on, nothing can mismatch: the conditions include the kinds of the optimizers and the variables that they train.
    for (const [i, variable] of variables.entries()) variable.assign(values[i] as tf.Tensor);
    const iterations = JSON.parse(metadata.iterations as string) as number[];
    for (const [i, optimizer] of optimizers.entries()) {
      restoreOptimizer(optimizer, { tensors: group(tensors, `optimizer/${i}/`), iterations: iterations[i] as number });
    }
    return {
      state: JSON.parse(metadata.state as string),
      best: Object.values(group(tensors, "best/")).map((tensor) => tensor.clone()),
    };
  } finally {
    tf.dispose(tensors);
  }
}

/** The tensors with names that start with the prefix, by the rest of their names. Numeric names are in ascending order. */
const group = (tensors: Record<string, tf.Tensor>, prefix: string): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );

function refuseFormat(metadata: Record<string, string>): string | undefined {
  if (metadata.format !== format) return "it is not a checkpoint of fit()";
  if (metadata.version === version) return undefined;
  return `it has version ${metadata.version}, but this elbo-lab reads version ${version}`;
}

function refuseShapes(variables: readonly tf.Variable[], values: readonly tf.Tensor[]): string | undefined {
  const shapes = (tensors: readonly tf.Tensor[]): string => tensors.map(({ shape }) => `[${shape}]`).join(" ");
  if (shapes(variables) === shapes(values)) return undefined;
  return `its variables have the shapes ${shapes(values)}, but the model's have ${shapes(variables)}`;
}

function refuseConditions(
  metadata: Record<string, string>,
  conditions: Readonly<Record<string, unknown>>,
): string | undefined {
  const saved = JSON.parse(metadata.conditions as string) as Record<string, unknown>;
  const now = JSON.parse(JSON.stringify(conditions)) as Record<string, unknown>;
  const name = Object.keys({ ...now, ...saved }).find((key) => !isDeepStrictEqual(saved[key], now[key]));
  if (name === undefined) return undefined;
  const show = (value: unknown): string => (value === undefined ? "not given" : JSON.stringify(value));
  return `${name} was ${show(saved[name])} and is now ${show(now[name])}`;
}
