import { yieldToEventLoop } from "../display/interruption";
import { fetchVariables } from "../jit/fetch-variables";
import type { FitOptions } from "./fit-options";
import { checkFit, type FitSession, openFitSession } from "./fit-session";
import { resumeSession, saveSession } from "./fit-session-checkpoint";
import { History, type HistoryRow, type StopReason } from "./history";
import { claimVariables } from "./in-training";
import { noteFit } from "./last-fit";
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
 * Every epoch uses each example once, in a new random order. The last mini-batch contains the remaining examples. If fewer than
 * half a batch remain, or fewer than the model needs (`minimumBatch`), they are merged into the batch before. Regularizers of the
 * model's layers are part of the loss and are recorded as `regularization`. Constraints are applied after every step.
 *
 * The data stay in native memory, and a step receives only the indices of its examples. The steps and the loop around them are
 * compiled into one TensorFlow graph. One call runs as many steps as fit into 25 ms, and the results do not depend on this
 * number.
 *
 * By default, the best epoch is the one with the highest `bound`, on the validation data if given. The bound on the
 * log-likelihood contains no β, free bits or other weights, so it can be compared between epochs even if a schedule changes the
 * loss. If the model reports no bound, the lowest loss counts; see `monitor` for other measures. A row of the history records the
 * schedule values of the last step of its epoch, and the validation uses the same values.
 *
 * An interrupt (from the kernel or `signal`) stops training after a complete step, usually within 50 ms, and keeps all progress.
 * With `checkpoint`, a later call with `resume` continues exactly where this one stopped. If a step or an evaluation
 * fails, the model is restored to its state at the start of the epoch (or, in the first epoch after a resume, to the checkpoint).
 *
 * @param data [examples, …]: one tensor, which becomes `x`, or several by name
 * @returns one row of measures per epoch and phase; terms and bounds are in nats per example
 * @throws ArgumentError for options out of range, and unknown options, tensors or schedules
 * @throws NonFiniteError if a loss, a term or a variable becomes NaN or infinite
 * @throws Error if the checkpoint is damaged or comes from a different model, different options or different data, or if another
 *   `fit` is still training the model
 */
export async function fit(model: Trainable, data: TrainingData, options: FitOptions): Promise<History> {
  const checked = checkFit(model, data, options);
  const release = claimVariables(model.variables());
  try {
    // An interrupt in the first synchronous part of a cell skips `finally` blocks. So allocate nothing before this point.
    await yieldToEventLoop();
    return await runSession(openFitSession(checked));
  } finally {
    release();
  }
}

async function runSession(session: FitSession): Promise<History> {
  const { display } = session;
  const noted = noteFit({ history: () => historyOf(session, "running"), redraw: display.redraw });
  try {
    resumeSession(session);
    const history = await run(session);
    noted.history = () => history;
    return history;
  } catch (error) {
    const history = historyOf(session, "failed");
    noted.history = () => history;
    const kind = error instanceof Error ? error.name : "error";
    display.end(["fit", "failed", `${session.state.epoch} epochs`, kind].join(" · "));
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
  const history = historyOf(session, stopReason);
  const shown = lastMeasures(state.rows).map(([name, value]) => `${name} ${value.toPrecision(5)}`);
  const pace = `${((state.step - firstStep) / ((performance.now() - session.start) / 1000)).toFixed(0)} steps/s${history.xla ? " with XLA" : ""}`;
  display.end(["fit", stopReason, `${state.epoch} epochs`, ...shown, pace, duration(history.seconds)].join(" · "));
  return history;
}

function historyOf(session: FitSession, stopReason: StopReason): History {
  const { rows, step, best, monitor, xla } = session.state;
  return new History([...rows], stopReason, step, session.seconds(), best?.epoch, monitor, xla.training ?? false);
}

/** Why training stops at the current position; undefined if it continues. */
function stopReasonOf({ state, options: { patience, epochs } }: FitSession): StopReason | undefined {
  const stale = state.epoch - (state.best?.epoch ?? 0);
  if (patience !== undefined && stale >= patience) return "early stopping";
  return state.epoch >= epochs ? "completed" : undefined;
}

/** Runs the rest of the current epoch and records it. */
async function runEpoch(session: FitSession): Promise<StopReason | undefined> {
  const measured = await measureEpoch(session);
  if (measured === undefined) {
    saveSession(session);
    return "interrupted";
  }
  const rows = record(session, measured);
  // Save before the callback, so nothing is lost if it throws.
  saveSession(session);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  await session.options.onEpoch?.(rows, { stop });
  return stopReasonOf(session) ?? (stopped ? "early stopping" : undefined);
}

/** The mean measures of an epoch, by phase and name. */
interface Measured {
  training: StepValues;
  validation: StepValues;
}

/** Takes the remaining steps of the current epoch and evaluates the validation data; undefined after an interrupt. */
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

/** Takes the remaining steps of the current epoch. Returns false after an interrupt. */
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

/** Takes as many steps in one run as fit between two yields to the event loop. Returns the values of the last step. */
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

/** The learning rate and the schedule values `after` steps from the current position. */
function inputsAt({ state, options, data, model }: FitSession, after: number, length: number): StepInputs {
  const epoch = state.epoch + (state.done + after * length) / data.size;
  return stepInputs(options, model.phases, { step: state.step + after, epoch, epochs: options.epochs });
}

/** Uses the measures of the first step to choose what to monitor and to check that column names are distinct. */
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

/** Adds a complete epoch to the history and starts the next one. */
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
  // A loss may report different terms in evaluation than in training.
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

/** A NaN gradient appears in the reported values only one step later, so after the last step the variables must be checked. */
function refuseNonFiniteVariables({ model, state, variables }: FitSession): void {
  fetchVariables(variables);
  for (const variable of new Set(model.phases.flatMap(({ variables }) => variables()))) {
    const values = variable.dataSync();
    if (allFinite(values)) continue;
    const value = values.find((one) => !Number.isFinite(one)) as number;
    throw new NonFiniteError(`the variable ${variable.name}`, state.step, value, {});
  }
}

/** Checks in JavaScript, because TensorFlow ops for this would take longer for all but the largest models. */
function allFinite(values: ArrayLike<number>): boolean {
  let zero = 0;
  // 0 · x is NaN if x is NaN or infinite, and the sum stays NaN. This loop takes a fifth of the time of for-of.
  for (let i = 0; i < values.length; i++) zero += 0 * (values[i] as number);
  return zero === 0;
}

const positions = new Set(["epoch", "step", "seconds", "learningRate"]);

/** The measures of the last epoch, for the last line of the progress display. */
function lastMeasures(rows: readonly HistoryRow[]): [string, number][] {
  const last = rows.filter(({ epoch }) => epoch === rows.at(-1)?.epoch);
  return last.flatMap(({ phase, ...row }) =>
    Object.entries(row)
      .filter(([name]) => !positions.has(name))
      .map(([name, value]): [string, number] => [last.length > 1 ? `${phase} ${name}` : name, Number(value)]),
  );
}
