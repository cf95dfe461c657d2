import { tf } from "../runtime/tensorflow";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint";
import { type FitSession, secondsOf } from "./session";
import { snapshot } from "./snapshot";
import type { CheckedData } from "./training-data";

/** Saves a session to its checkpoint file, if it has one. */
export function saveSession(session: FitSession): void {
  const { variables, state, best, minimizer, options } = session;
  if (options.checkpoint === undefined) return;
  saveCheckpoint(options.checkpoint, {
    variables,
    optimizers: minimizer.optimizers,
    state: { ...state, seconds: secondsOf(session) },
    best: best?.values,
    conditions: conditionsOf(session),
  });
}

/** Puts a new session where the checkpoint is, if that is wanted and there is one. */
export function resumeSession(session: FitSession): void {
  const { options, variables, minimizer } = session;
  if (!options.resume || options.checkpoint === undefined) return;
  const loaded = loadCheckpoint(options.checkpoint, {
    variables,
    optimizers: minimizer.optimizers,
    conditions: conditionsOf(session),
  });
  if (loaded === undefined) return;
  session.state = loaded.state;
  if (loaded.best.length > 0) session.best = snapshot(variables, loaded.best);
  tf.dispose(loaded.best);
}

/**
 * What must stay the same for a resumed fit to go on exactly. What may change: how long and with which patience to go on,
 * the learning rate and the schedules.
 */
function conditionsOf({ model, data, validation, options, variables, minimizer }: FitSession): Record<string, unknown> {
  const names = model.phases.map(({ name }) => name);
  return {
    phases: names,
    "the optimizer of each phase": minimizer.optimizers.map((optimizer) => optimizer.getClassName()),
    "the variables of each phase": model.phases.map((phase) =>
      phase.variables().map((variable) => variables.indexOf(variable)),
    ),
    "the shape of the data": shapesOf(data),
    "the shape of the validation data": validation === undefined ? null : shapesOf(validation),
    seed: options.seed,
    batch: options.batchSize,
    monitor: options.monitor,
    restoreBest: options.restoreBest,
  };
}

const shapesOf = ({ tensors }: CheckedData): Record<string, number[]> =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
