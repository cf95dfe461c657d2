import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { readTensorFile, writeTensorFile } from "../runtime/tensor-file";
import { tf } from "../runtime/tensorflow";
import type { FitState } from "./fit-state";
import { optimizerState, restoreOptimizer } from "./optimizer-state";

/** What a checkpoint is about. */
export interface CheckpointParts {
  variables: readonly tf.Variable[];
  optimizers: readonly tf.Optimizer[];
  state: FitState;
  /** The values of the best epoch, if one is kept. */
  best: readonly tf.Tensor[] | undefined;
  /** What must be the same in the fit that resumes for it to go on exactly: seed, sizes, phases. */
  conditions: Record<string, unknown>;
}

const version = "1";

/** Writes all that a fit needs to go on exactly; the file is replaced in one instant, so that a crash leaves a good one. */
export function saveCheckpoint(file: string, parts: CheckpointParts): void {
  const { variables, optimizers, state, best, conditions } = parts;
  const states = optimizers.map(optimizerState);
  const tensors = Object.fromEntries([
    ...variables.map((variable, i) => [`model/${i}`, variable]),
    ...states.flatMap(({ tensors }, i) =>
      Object.entries(tensors).map(([name, tensor]) => [`optimizer/${i}/${name}`, tensor]),
    ),
    ...(best ?? []).map((tensor, i) => [`best/${i}`, tensor]),
  ]);
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeTensorFile(file, {
    tensors,
    metadata: {
      format: "elbo-lab checkpoint",
      version,
      state: JSON.stringify(state),
      iterations: JSON.stringify(states.map(({ iterations }) => iterations)),
      conditions: JSON.stringify(conditions),
    },
  });
}

/** What `loadCheckpoint` gives back besides what it puts in place. */
export interface LoadedCheckpoint {
  state: FitState;
  /** The values of the best epoch, the caller's. */
  best: tf.Tensor[];
}

/**
 * Puts a checkpoint's values into a model and new optimizers.
 *
 * @returns undefined when there is no such file
 * @throws Error when the file is damaged, or is of another model, data set or seed
 */
export function loadCheckpoint(
  file: string,
  { variables, optimizers, conditions }: Pick<CheckpointParts, "variables" | "optimizers" | "conditions">,
): LoadedCheckpoint | undefined {
  if (!existsSync(file)) return undefined;
  const { tensors, metadata } = readTensorFile(file);
  try {
    check(file, metadata, conditions);
    const group = (prefix: string): Record<string, tf.Tensor> =>
      Object.fromEntries(
        Object.entries(tensors)
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
      );
    const values = Object.values(group("model/"));
    checkShapes(file, variables, values);
    for (const [i, variable] of variables.entries()) variable.assign(values[i] as tf.Tensor);
    const iterations = JSON.parse(metadata.iterations ?? "[]") as number[];
    for (const [i, optimizer] of optimizers.entries()) {
      restoreOptimizer(optimizer, { tensors: group(`optimizer/${i}/`), iterations: iterations[i] ?? 0 });
    }
    return {
      state: JSON.parse(metadata.state as string),
      best: Object.values(group("best/")).map((tensor) => tensor.clone()),
    };
  } finally {
    tf.dispose(tensors);
  }
}

function check(file: string, metadata: Record<string, string>, conditions: Record<string, unknown>): void {
  const refuse = (why: string): Error => new Error(`fit(): cannot resume from ${path.basename(file)}: ${why}.`);
  if (metadata.format !== "elbo-lab checkpoint") throw refuse("it is not a checkpoint of fit()");
  if (metadata.version !== version) {
    throw refuse(`it has version ${metadata.version}, and this elbo-lab reads version ${version}`);
  }
  const saved = JSON.parse(metadata.conditions as string) as Record<string, unknown>;
  for (const [name, value] of Object.entries(conditions)) {
    if (JSON.stringify(saved[name]) === JSON.stringify(value)) continue;
    throw refuse(`${name} was ${JSON.stringify(saved[name])} and is now ${JSON.stringify(value)}`);
  }
}

function checkShapes(file: string, variables: readonly tf.Variable[], values: readonly tf.Tensor[]): void {
  const shapes = (tensors: readonly tf.Tensor[]): string => tensors.map(({ shape }) => `[${shape}]`).join(" ");
  if (shapes(variables) === shapes(values)) return;
  throw new Error(
    `fit(): cannot resume from ${path.basename(file)}: its variables have the shapes ${shapes(values)}, ` +
      `the model's have ${shapes(variables)}.`,
  );
}
