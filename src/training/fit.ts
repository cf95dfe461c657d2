import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { type CheckpointParts, loadCheckpoint, saveCheckpoint } from "./checkpoint";
import { type EvaluationStep, evaluationOf } from "./evaluate";
import { type CheckedFitOptions, checkFitOptions, type FitOptions } from "./fit-options";
import { type FitState, initialState } from "./fit-state";
import { type Ending, History, type HistoryRow } from "./history";
import { breathe, interruption } from "./interruption";
import { type Minimiser, minimiser } from "./minimiser";
import { NonFiniteError } from "./non-finite-error";
import { addBatch, emptySums, phaseMeans } from "./phase-means";
import { duration, type Progress, progressDisplay } from "./progress";
import { type Snapshot, snapshot } from "./snapshot";
import { type Step, type StepInputs, type StepValues, trainingStep } from "./steps";
import { suitsXla } from "./suits-xla";
import type { Trainable } from "./trainable";
import { type CheckedData, checkData, type TrainingData } from "./training-data";

const millisecondsBetweenBreaths = 25;

/**
 * Trains a model in place.
 *
 * Every epoch goes through the data once, in an order drawn anew; the data stay in native memory and only indices travel.
 * A step is compiled into one TensorFlow graph. An interrupt (of the kernel, or `signal`) ends the fit after the current
 * step with everything learnt so far; with a `checkpoint`, a later call with `resume` goes on exactly.
 *
 * @param data [examples, …], one tensor or several by name
 * @returns one row of measures per epoch and phase
 * @throws ArgumentError for options out of range; NonFiniteError when a term becomes NaN or infinite
 */
export async function fit(model: Trainable, data: TrainingData, options: FitOptions): Promise<History> {
  const session = openSession(model, checkData("fit()", "data", data), checkFitOptions(options));
  try {
    return await run(session);
  } finally {
    close(session);
  }
}

/** Everything a fit holds while it runs. */
interface Session {
  model: Trainable;
  data: CheckedData;
  options: CheckedFitOptions;
  variables: tf.Variable[];
  root: Rng;
  noise: Rng;
  minimiser: Minimiser;
  step: Step;
  evaluation: EvaluationStep | undefined;
  state: FitState;
  best: Snapshot | undefined;
  display: Progress;
  signal: AbortSignal;
  /** When this session began, on the clock of `performance`. */
  start: number;
  lastBreath: number;
}

function openSession(model: Trainable, data: CheckedData, options: CheckedFitOptions): Session {
  const validation = options.validation && checkData("fit()", "validation", options.validation);
  const variables = model.variables();
  const rate = options.learningRate({ step: 0, epoch: 0, epochs: options.epochs });
  const { optimizer = (learningRate: number) => tf.train.adam(learningRate) } = options;
  const steps = { compile: options.compile ?? true, xla: options.xla ?? suitsXla(variables) };
  const root = rng(options.seed);
  const noise = root.fold(0);
  const made = minimiser(model.phases, () => optimizer(rate), options.clipNorm);
  const session: Session = {
    model,
    data,
    options,
    variables,
    root,
    noise,
    minimiser: made,
    step: trainingStep(model.phases, data.tensors, noise.key, made.minimise, steps),
    evaluation: validation && evaluationOf(model.phases, validation, { seed: options.seed, ...steps }),
    state: initialState(),
    best: undefined,
    display: progressDisplay(options.progress ?? true),
    signal: interruption(options.signal),
    start: performance.now(),
    lastBreath: performance.now(),
  };
  if (options.resume) resume(session);
  return session;
}

function close({ step, evaluation, minimiser, best, root, noise }: Session): void {
  step.dispose();
  evaluation?.dispose();
  minimiser.dispose();
  best?.dispose();
  tf.dispose([root.key, noise.key]);
}

async function run(session: Session): Promise<History> {
  const { state, options, display } = session;
  const startStep = state.step;
  let ending: Ending = "completed";
  while (state.epoch < options.epochs && ending === "completed") {
    ending = (await runEpoch(session)) ? await endEpoch(session) : "interrupted";
    if (options.checkpoint !== undefined) save(session, options.checkpoint);
  }
  if (options.restoreBest) session.best?.restore();
  const seconds = secondsOf(session);
  const history = new History(state.rows, ending, state.step, seconds, state.best?.epoch);
  const shown = lastMeasures(state.rows).map(([name, value]) => `${name} ${value.toPrecision(5)}`);
  const pace = `${((state.step - startStep) / ((performance.now() - session.start) / 1000)).toFixed(0)} steps/s`;
  display.end(["fit", ending, `${state.epoch} epochs`, ...shown, pace, duration(seconds)].join(" · "));
  return history;
}

/** Takes the steps of the current epoch that are left; false when it was interrupted. */
async function runEpoch(session: Session): Promise<boolean> {
  const { state, root, data, options, step, variables, signal } = session;
  const order = tf.tidy(() => root.fold(state.epoch + 1).permutation(data.size));
  const before = snapshot(variables);
  try {
    while (state.done < data.size) {
      if (signal.aborted) return false;
      const count = Math.min(options.batch, data.size - state.done);
      const inputs = inputsAt(session);
      const values = tf.tidy(() => step.run(tf.slice(order, state.done, count), state.step, inputs));
      refuseNonFinite(values, state.step + 1, before);
      state.step++;
      state.done += count;
      addBatch(state.sums, values, count);
      await breatheAtTimes(session, values);
    }
    return true;
  } finally {
    tf.dispose(order);
    before.dispose();
  }
}

/** Evaluates, records, and decides whether to go on. */
async function endEpoch(session: Session): Promise<Ending> {
  const { state, options, evaluation, model } = session;
  const measures = phaseMeans(state.sums);
  const { learningRate, schedules } = inputsAt(session);
  const validation = evaluation ? await evaluation.run(schedules) : {};
  state.epoch++;
  state.done = 0;
  state.sums = emptySums();
  const rows = model.phases.map(({ name }): HistoryRow => {
    const validated = Object.entries(validation[name] ?? {}).map(([key, value]) => [`validation_${key}`, value]);
    const { epoch, step } = state;
    const shared = { epoch, phase: name, step, seconds: secondsOf(session), learningRate, ...schedules };
    return { ...shared, ...measures[name], ...Object.fromEntries(validated) };
  });
  state.rows.push(...rows);
  keepBest(session, rows[0] as HistoryRow);
  let stopped = false;
  await options.onEpoch?.(rows, { stop: () => (stopped = true) });
  const stale = state.epoch - (state.best?.epoch ?? 0);
  return stopped || (options.patience !== undefined && stale >= options.patience) ? "early stopping" : "completed";
}

function keepBest(session: Session, row: HistoryRow): void {
  const { options, state, variables } = session;
  const value = row[options.monitor];
  if (typeof value !== "number") {
    const known = Object.keys(row).filter((name) => typeof row[name] === "number");
    throw new Error(`fit(): there is no measure "${options.monitor}" to monitor; there are ${known.join(", ")}.`);
  }
  if (state.best !== undefined && value >= state.best.value) return;
  state.best = { epoch: state.epoch, value };
  if (!options.restoreBest) return;
  session.best?.dispose();
  session.best = snapshot(variables);
}

/** What the schedules say at the present position. */
function inputsAt({ state, options, data }: Session): StepInputs {
  const epoch = state.epoch + state.done / data.size;
  const at = { step: state.step, epoch, epochs: options.epochs };
  const schedules = Object.entries(options.schedules).map(([name, schedule]) => [name, schedule(at)]);
  return { learningRate: options.learningRate(at), schedules: Object.fromEntries(schedules) };
}

async function breatheAtTimes(session: Session, values: StepValues): Promise<void> {
  if (performance.now() - session.lastBreath < millisecondsBetweenBreaths) return;
  const { state, options, data, display } = session;
  display.update({
    title: "fit",
    done: state.epoch * data.size + state.done,
    total: options.epochs * data.size,
    values: flat(values),
    stage: `epoch ${state.epoch + 1} of ${options.epochs}`,
    step: state.step,
  });
  await breathe();
  session.lastBreath = performance.now();
}

const secondsOf = ({ state, start }: Session): number => state.seconds + (performance.now() - start) / 1000;

/** All values of a step under one name each: the phase's name is left out where there is one phase. */
function flat(values: StepValues): Record<string, number> {
  const phases = Object.entries(values);
  return Object.fromEntries(
    phases.flatMap(([phase, terms]) =>
      Object.entries(terms).map(([name, value]) => [phases.length > 1 ? `${phase} ${name}` : name, value]),
    ),
  );
}

function refuseNonFinite(values: StepValues, step: number, before: Snapshot): void {
  const all = flat(values);
  // The terms before the loss, which is only made of them.
  const names = Object.keys(all).sort((a, b) => Number(a.endsWith("loss")) - Number(b.endsWith("loss")));
  const broken = names.find((name) => !Number.isFinite(all[name]));
  if (broken === undefined) return;
  before.restore();
  throw new NonFiniteError(broken, step, all[broken] as number, all);
}

const positions = new Set(["epoch", "step", "seconds", "learningRate"]);

function lastMeasures(rows: readonly HistoryRow[]): [string, number][] {
  const last = rows.filter(({ epoch }) => epoch === rows.at(-1)?.epoch);
  return last.flatMap(({ phase, ...row }) =>
    Object.entries(row)
      .filter(([name]) => !positions.has(name))
      .map(([name, value]): [string, number] => [last.length > 1 ? `${phase} ${name}` : name, Number(value)]),
  );
}

/** What must stay the same for a resumed fit to go on exactly. */
const conditionsOf = ({ model, data, options }: Session): Record<string, unknown> => ({
  seed: options.seed,
  batch: options.batch,
  examples: data.size,
  phases: model.phases.map(({ name }) => name),
});

function save(session: Session, file: string): void {
  const { variables, state, best, minimiser } = session;
  const parts: CheckpointParts = {
    variables,
    optimizers: minimiser.optimizers,
    state: { ...state, seconds: secondsOf(session) },
    best: best?.values,
    conditions: conditionsOf(session),
  };
  saveCheckpoint(file, parts);
}

function resume(session: Session): void {
  const { options, variables, minimiser } = session;
  const conditions = conditionsOf(session);
  const loaded = loadCheckpoint(options.checkpoint as string, {
    variables,
    optimizers: minimiser.optimizers,
    conditions,
  });
  if (!loaded) return;
  session.state = loaded.state;
  if (loaded.best.length > 0) session.best = snapshot(variables, loaded.best);
  tf.dispose(loaded.best);
}
