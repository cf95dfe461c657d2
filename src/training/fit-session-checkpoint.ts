import { tf } from "../runtime/tensorflow";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint";
import type { FitSession } from "./fit-session";
import { snapshot } from "./snapshot";

/** Saves a session to the file of the `checkpoint` option, if that is set. */
export function saveSession(session: FitSession): void {
  const { variables, state, best, minimizer, options, conditions } = session;
  if (options.checkpoint === undefined) return;
  saveCheckpoint(options.checkpoint, {
    variables,
    optimizers: minimizer.optimizers,
    state: { ...state, seconds: session.seconds() },
    best: best?.values,
    conditions,
  });
}

/** Restores the state in the checkpoint into a new session, if `resume` is set and the file exists. */
export function resumeSession(session: FitSession): void {
  const { options, variables, minimizer, conditions } = session;
  if (!options.resume || options.checkpoint === undefined) return;
  const loaded = loadCheckpoint(options.checkpoint, { variables, optimizers: minimizer.optimizers, conditions });
  if (loaded === undefined) return;
  session.state = loaded.state;
  if (loaded.best.length > 0) session.best = snapshot(variables, loaded.best);
  tf.dispose(loaded.best);
}
