import { yieldToEventLoop } from "../display/interruption";
import { fetchVariables } from "../jit/fetch-variables";
import { tf } from "../runtime/tensorflow";
import type { FitOptions } from "./fit-options";
import { History, type HistoryRow, type StopReason } from "./history";
import { NonFiniteError } from "./non-finite-error";
import { addBatch, emptySums, phaseMeans } from "./phase-means";
import { duration } from "./progress";
import { type FitSession, inputsAt, openFitSession, secondsOf } from "./session";
import { resumeSession, saveSession } from "./session-checkpoint";
import { snapshot } from "./snapshot";
import { flatValues, nonFinite, type StepValues } from "./step-values";
import type { Trainable } from "./trainable";
import type { TrainingData } from "./training-data";

const millisecondsBetweenBreaths = 25;

/**
 * Trains a model in place.
 *
 * Every epoch goes through the data once, in an order drawn anew; the data stay in native memory and only indices travel.
 * A step is compiled into one TensorFlow graph. An interrupt (of the kernel, or `signal`) ends the fit after the current
 * step with everything learned so far; with a `checkpoint`, a later call with `resume` goes on exactly. A step or an
 * evaluation that fails leaves the model as it was when the epoch (or the resumed rest of it) began.
 *
 * @param data [examples, …], one tensor or several by name
 * @returns one row of measures per epoch and phase
 * @throws ArgumentError for options out of range; NonFiniteError when a term becomes NaN or infinite; Error when the
 *   checkpoint to resume from is damaged or another fit's
 */
export async function fit(model: Trainable, data: TrainingData, options: FitOptions): Promise<History> {
  const session = openFitSession(model, data, options);
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
  let ending = endingOf(session);
  while (ending === undefined) ending = await runEpoch(session);
  if (options.restoreBest) session.best?.restore();
  const seconds = secondsOf(session);
  const history = new History(state.rows, ending, state.step, seconds, state.best?.epoch);
  const shown = lastMeasures(state.rows).map(([name, value]) => `${name} ${value.toPrecision(5)}`);
  const pace = `${((state.step - firstStep) / ((performance.now() - session.start) / 1000)).toFixed(0)} steps/s`;
  display.end(["fit", ending, `${state.epoch} epochs`, ...shown, pace, duration(seconds)].join(" · "));
  return history;
}

/** How the fit ends at its present position, or undefined where it goes on. */
function endingOf({ state, options: { patience, epochs } }: FitSession): StopReason | undefined {
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
  return endingOf(session) ?? (stopped ? "early stopping" : undefined);
}

/** The means of an epoch, by phase and name. */
interface Measured {
  training: StepValues;
  validation: StepValues;
}

/** Takes the steps of the current epoch that are left and evaluates; undefined when it was interrupted. */
async function measureEpoch(session: FitSession): Promise<Measured | undefined> {
  const { state, variables, evaluation, signal } = session;
  const before = snapshot(variables);
  try {
    const complete = await takeSteps(session);
    refuseNonFiniteVariables(session);
    if (!complete) return undefined;
    const validation = evaluation ? await evaluation.run(inputsAt(session).schedules, signal) : {};
    if (validation === undefined) return undefined;
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
  const { state, root, data, options, step, signal } = session;
  const order = tf.tidy(() =>
    root
      .fold(state.epoch + 1)
      .permutation(data.size)
      .dataSync<"int32">(),
  );
  let checked = false;
  while (state.done < data.size) {
    if (signal.aborted) return false;
    const indices = order.subarray(state.done, state.done + options.batchSize);
    const values = step.run(indices, state.step, inputsAt(session));
    refuseNonFinite(values, state.step + 1);
    if (!checked) checkNames(session, values);
    checked = true;
    state.step++;
    state.done += indices.length;
    addBatch(state.sums, values, indices.length);
    if (performance.now() - session.lastYield < millisecondsBetweenBreaths) continue;
    showProgress(session, values);
    await yieldToEventLoop();
    session.lastYield = performance.now();
  }
  return true;
}

/** What the first step tells: whether there is what is to be monitored, and whether every column has a name of its own. */
function checkNames({ options, model, validation }: FitSession, values: StepValues): void {
  const schedules = Object.keys(options.schedules);
  for (const [phase, measures] of Object.entries(values)) {
    const twice = schedules.find((name) => name in measures);
    if (twice === undefined) continue;
    throw new Error(`fit(): "${twice}" names both a schedule and a term of the phase "${phase}". Rename the schedule.`);
  }
  const measures = Object.keys(values[model.phases[0]?.name ?? ""] ?? {});
  const validated = validation === undefined ? [] : measures.map((name) => `validation_${name}`);
  refuseMonitor(options.monitor, [...measures, ...validated]);
}

function refuseMonitor(monitor: string, known: readonly string[]): void {
  if (known.includes(monitor)) return;
  throw new Error(`fit(): there is no measure "${monitor}" to monitor; there are ${known.join(", ")}.`);
}

/** Enters a complete epoch into the history and begins the next one. */
function record(session: FitSession, { training, validation }: Measured): HistoryRow[] {
  const { state, model } = session;
  const { learningRate, schedules } = inputsAt(session);
  state.epoch++;
  state.done = 0;
  state.sums = emptySums();
  const { epoch, step } = state;
  const rows = model.phases.map(({ name: phase }): HistoryRow => {
    const validated = Object.entries(validation[phase] ?? {}).map(([name, value]) => [`validation_${name}`, value]);
    const shared = { epoch, phase, step, seconds: secondsOf(session), learningRate, ...schedules };
    return { ...shared, ...training[phase], ...Object.fromEntries(validated) };
  });
  state.rows.push(...rows);
  keepBest(session, rows[0] as HistoryRow);
  return rows;
}

function keepBest(session: FitSession, row: HistoryRow): void {
  const { options, state, variables } = session;
  // A loss may report other terms in evaluation than in training.
  refuseMonitor(options.monitor, Object.keys(row));
  const value = row[options.monitor] as number;
  if (state.best !== undefined && value >= state.best.value) return;
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

/** A gradient that is NaN shows in the values of the next step only: here is where the last one of an epoch is looked at. */
function refuseNonFiniteVariables({ model, state, variables }: FitSession): void {
  fetchVariables(variables);
  const trained = [...new Set(model.phases.flatMap(({ variables }) => variables()))];
  const finite = tf.tidy(() => tf.stack(trained.map((variable) => tf.all(tf.isFinite(variable)))).dataSync());
  const broken = trained[finite.indexOf(0)];
  if (broken === undefined) return;
  const value = tf.tidy(() => (tf.any(tf.isNaN(broken)).dataSync()[0] ? Number.NaN : Number.POSITIVE_INFINITY));
  throw new NonFiniteError(`the variable ${broken.name}`, state.step, value, {});
}

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
