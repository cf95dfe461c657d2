import { yieldToEventLoop } from "../display/interruption";
import { fetchVariables } from "../jit/fetch-variables";
import { tf } from "../runtime/tensorflow";
import type { FitOptions } from "./fit-options";
import { checkFit, type FitSession, openFitSession } from "./fit-session";
import { resumeSession, saveSession } from "./fit-session-checkpoint";
import { History, type HistoryRow, type StopReason } from "./history";
import { claimVariables } from "./in-training";
import { checkMonitored, chooseMonitor, isBetter, type Monitor } from "./monitor";
import { NonFiniteError } from "./non-finite-error";
import { addBatch, emptySums, phaseMeans } from "./phase-means";
import { duration } from "./progress";
import { millisecondsBetweenYields } from "./runs";
import { snapshot } from "./snapshot";
import { stepInputs } from "./step-inputs";
import { flatValues, nonFinite, type StepValues } from "./step-values";
import type { StepInputs } from "./steps";
import type { Trainable } from "./trainable";
import type { TrainingData } from "./training-data";

/**
 * Trains a model in place.
 *
 * Every epoch goes through the data once, in a new random order. The data stay in native memory, and only indices are passed
 * to steps, which are compiled into one TensorFlow graph together with the loop around them: as many steps as fit in 25 ms are
 * one call, and the results do not depend on that number. The last batch of an epoch contains the remaining examples; if these
 * are fewer than half the batch size, or than the model needs (`minimumBatch`), they are merged into the batch before.
 * Regularizers of the model's layers are part of the loss and shown as `regularization`; constraints are applied after every step.
 *
 * With `patience` or `restoreBest`, the best epoch is the one with the highest `bound` (of the validation data, if there are
 * any): the bound on the log-likelihood without β, free bits or other weights, so that epochs under a schedule can be
 * compared. See `monitor` for other measures. A row shows the values of the schedules that the last step of its epoch used,
 * and the validation uses the same values.
 *
 * An interrupt (from the kernel or `signal`) stops training within some 25 ms, after a whole step, and keeps all progress. With `checkpoint`, a
 * later call with `resume` continues exactly where this one stopped. If a step or an evaluation fails, the model is restored
 * to its state at the start of the epoch (or, in the first epoch after a resume, to the checkpoint).
 *
 * @param data [examples, …], one tensor (it becomes `x`) or several by name
 * @returns one row of measures per epoch and phase
 * @throws ArgumentError for options out of range, unknown options, tensors and schedules; NonFiniteError when a term becomes NaN
 *   or infinite; Error when the checkpoint to resume from is damaged or belongs to another model, other options or other data,
 *   or when another `fit` is still training the model
 */
export async function fit(model: Trainable, data: TrainingData, options: FitOptions): Promise<History> {
  const checked = checkFit(model, data, options);
  const release = claimVariables(model.variables());
  try {
    // An interrupt in a cell's first synchronous run breaks out of it without any `finally`: nothing may be held then.
    await yieldToEventLoop();
    return await runSession(openFitSession(checked));
  } finally {
    release();
  }
}

async function runSession(session: FitSession): Promise<History> {
  try {
    resumeSession(session);
    return await run(session);
  } catch (error) {
    const kind = error instanceof Error ? error.name : "error";
    session.display.end(["fit", "failed", `${session.state.epoch} epochs`, kind].join(" · "));
    throw error;
  } finally {
    session.dispose();
  }
}

async function run(session: FitSession): Promise<History> {
  const { options, display, state } = session;
  const firstStep = state.step;
  let stopReason = stopReasonOf(session);
  while (stopReason === undefined) stopReason = await runEpoch(session);
  if (options.restoreBest) session.best?.restore();
  const seconds = session.seconds();
  const { rows, step, best, monitor, xla } = state;
  const history = new History(rows, stopReason, step, seconds, best?.epoch, monitor, xla.training ?? false);
  const shown = lastMeasures(state.rows).map(([name, value]) => `${name} ${value.toPrecision(5)}`);
  const pace = `${((state.step - firstStep) / ((performance.now() - session.start) / 1000)).toFixed(0)} steps/s${history.xla ? " with XLA" : ""}`;
  display.end(["fit", stopReason, `${state.epoch} epochs`, ...shown, pace, duration(seconds)].join(" · "));
  return history;
}

/** Why training stops at its present position, or undefined where it continues. */
function stopReasonOf({ state, options: { patience, epochs } }: FitSession): StopReason | undefined {
  const stale = state.epoch - (state.best?.epoch ?? 0);
  if (patience !== undefined && stale >= patience) return "early stopping";
  return state.epoch >= epochs ? "completed" : undefined;
}

/** Runs what is left of the current epoch, and records it. */
async function runEpoch(session: FitSession): Promise<StopReason | undefined> {
  const measured = await measureEpoch(session);
  if (measured === undefined) {
    saveSession(session);
    return "interrupted";
  }
  const rows = record(session, measured);
  // Before the callback, so that nothing is lost if it throws.
  saveSession(session);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  await session.options.onEpoch?.(rows, { stop });
  return stopReasonOf(session) ?? (stopped ? "early stopping" : undefined);
}

/** The means of an epoch, by phase and name. */
interface Measured {
  training: StepValues;
  validation: StepValues;
}

/** Takes the remaining steps of the current epoch and evaluates; undefined when it was interrupted. */
async function measureEpoch(session: FitSession): Promise<Measured | undefined> {
  const { state, variables, evaluation, signal } = session;
  const before = snapshot(variables);
  try {
    const complete = await takeSteps(session);
    refuseNonFiniteVariables(session);
    if (!complete) return undefined;
    const { schedules } = state.inputs as StepInputs;
    const validation = evaluation ? await evaluation.run(schedules, signal) : {};
    if (validation === undefined) return undefined;
    if (evaluation) state.xla.validation = evaluation.xla();
    refuseNonFinite(validation, state.step, "validation_");
    return { training: phaseMeans(state.sums), validation };
  } catch (error) {
    before.restore();
    throw error;
  } finally {
    before.dispose();
  }
}

/** False when it was interrupted. */
async function takeSteps(session: FitSession): Promise<boolean> {
  const { state, orders, data, signal } = session;
  const order = orders.of(state.epoch + 1);
  let checked = false;
  while (state.done < data.size) {
    if (signal.aborted) return false;
    const values = runSteps(session, order);
    if (!checked) inspectFirstStep(session, values);
    checked = true;
    if (performance.now() - session.lastYield < millisecondsBetweenYields) continue;
    showProgress(session, values);
    await yieldToEventLoop();
    session.lastYield = performance.now();
  }
  return true;
}

/** Takes as many steps in one run as fit between two turns of the event loop; the values are those of the last one. */
function runSteps(session: FitSession, order: Int32Array): StepValues {
  const { state, data, steps, runs } = session;
  const run = runs.next(data.size - state.done);
  const { length, count } = run;
  const inputs = Array.from({ length: count }, (_, i) => inputsAt(session, i, length));
  const indices = order.subarray(state.done, state.done + count * length);
  const values = runs.timed(run, () => steps.run(indices, state.step, inputs));
  state.xla.training = steps.xla();
  for (const [i, one] of values.entries()) {
    refuseNonFinite(one, state.step + i + 1);
    addBatch(state.sums, one, length);
  }
  state.inputs = inputs.at(-1);
  state.step += count;
  state.done += count * length;
  return values.at(-1) as StepValues;
}

/** The learning rate and the schedules a number of steps after the present position. */
function inputsAt({ state, options, data, model }: FitSession, after: number, length: number): StepInputs {
  const epoch = state.epoch + (state.done + after * length) / data.size;
  return stepInputs(options, model.phases, { step: state.step + after, epoch, epochs: options.epochs });
}

/** Uses the first step's measures: chooses what to monitor, and checks that every column has a name of its own. */
function inspectFirstStep({ options, model, validation, state }: FitSession, values: StepValues): void {
  const schedules = Object.keys(options.schedules);
  for (const [phase, measures] of Object.entries(values)) {
    const twice = schedules.find((name) => name in measures);
    if (twice === undefined) continue;
    throw new Error(`fit(): "${twice}" names both a schedule and a term of the phase "${phase}". Rename the schedule.`);
  }
  const measures = Object.keys(values[model.phases[0]?.name ?? ""] ?? {});
  state.monitor ??= chooseMonitor(options.monitor, measures, validation !== undefined);
}

/** Enters a complete epoch into the history and begins the next one. */
function record(session: FitSession, { training, validation }: Measured): HistoryRow[] {
  const { state, model } = session;
  const { learningRate, schedules } = state.inputs as StepInputs;
  state.epoch++;
  state.done = 0;
  state.sums = emptySums();
  const { epoch, step } = state;
  const rows = model.phases.map(({ name: phase }): HistoryRow => {
    const { loss = Number.NaN, ...measures } = training[phase] ?? {};
    const validated = Object.entries(validation[phase] ?? {}).map(([name, value]) => [`validation_${name}`, value]);
    const shared = { epoch, phase, step, seconds: session.seconds(), learningRate, ...schedules, loss };
    return { ...shared, ...measures, ...Object.fromEntries(validated) };
  });
  state.rows.push(...rows);
  keepBest(session, rows[0] as HistoryRow);
  return rows;
}

function keepBest(session: FitSession, row: HistoryRow): void {
  const { options, state, variables } = session;
  const { measure, goal } = state.monitor as Monitor;
  // A loss may report other terms in evaluation than in training.
  checkMonitored(measure, Object.keys(row));
  const value = row[measure] as number;
  if (state.best !== undefined && !isBetter(value, state.best.value, goal)) return;
  state.best = { epoch: state.epoch, value };
  if (!options.restoreBest) return;
  session.best?.dispose();
  session.best = snapshot(variables);
}

function showProgress({ state, options, data, display }: FitSession, values: StepValues): void {
  display.update({
    title: "fit",
    done: state.epoch * data.size + state.done,
    total: options.epochs * data.size,
    values: flatValues(values),
    stage: `epoch ${state.epoch + 1} of ${options.epochs}`,
    step: state.step,
  });
}

function refuseNonFinite(values: StepValues, step: number, prefix = ""): void {
  const broken = nonFinite(values);
  if (broken === undefined) return;
  const all = flatValues(values);
  throw new NonFiniteError(`${prefix}${broken}`, step, all[broken] as number, all);
}

/** A gradient that is NaN shows in the values of the next step only, so that the last one of an epoch is looked for here. */
function refuseNonFiniteVariables({ model, state, variables }: FitSession): void {
  fetchVariables(variables);
  const trained = [...new Set(model.phases.flatMap(({ variables }) => variables()))];
  if (trained.length === 0 || allFinite(trained)) return;
  const broken = trained.find((variable) => !allFinite([variable])) as tf.Variable;
  const value = tf.tidy(() => (tf.any(tf.isNaN(broken)).dataSync()[0] ? Number.NaN : Number.POSITIVE_INFINITY));
  throw new NonFiniteError(`the variable ${broken.name}`, state.step, value, {});
}

/** Looked at here, since the ops that would do it cost more than this for all but the largest models. */
const allFinite = (variables: readonly tf.Variable[]): boolean =>
  variables.every((variable) => {
    let zero = 0;
    // 0 · x is NaN where x is NaN or infinite, and stays NaN in the sum.
    for (const value of variable.dataSync()) zero += 0 * value;
    return zero === 0;
  });

const positions = new Set(["epoch", "step", "seconds", "learningRate"]);

/** The measures of the last epoch, as the last line shows them. */
function lastMeasures(rows: readonly HistoryRow[]): [string, number][] {
  const last = rows.filter(({ epoch }) => epoch === rows.at(-1)?.epoch);
  return last.flatMap(({ phase, ...row }) =>
    Object.entries(row)
      .filter(([name]) => !positions.has(name))
      .map(([name, value]): [string, number] => [last.length > 1 ? `${phase} ${name}` : name, Number(value)]),
  );
}
