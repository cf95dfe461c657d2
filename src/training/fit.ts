import { ArgumentError } from "../runtime/argument-error";
import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { evaluate } from "./evaluate";
import { type Ending, History, type HistoryRow } from "./history";
import { breathe, interruption } from "./interruption";
import { minimiser } from "./minimiser";
import { NonFiniteError } from "./non-finite-error";
import { PhaseMeans } from "./phase-means";
import { duration, progressDisplay } from "./progress";
import { constant, type Schedule } from "./schedules";
import { snapshot } from "./snapshot";
import { type StepValues, trainingStep } from "./steps";
import type { Trainable } from "./trainable";
import { checkData, type TrainingData } from "./training-data";

/** Options of `fit()`. */
export interface FitOptions {
  /** How often to go through the data. */
  epochs: number;
  /** Examples per step; defaults to 128 (all examples, where there are fewer). */
  batch?: number;
  /** Makes the optimizer of each phase; defaults to Adam with `learningRate`. */
  optimizer?: () => tf.Optimizer;
  /** The learning rate of the default optimizer; defaults to 1e-3. */
  learningRate?: number;
  /** Quantities that change while fitting, which losses find in `context.schedules`: `{beta: linearWarmup({epochs: 10})}`. */
  schedules?: Readonly<Record<string, number | Schedule>>;
  /** Data to evaluate after every epoch. */
  validation?: TrainingData;
  /** Seed of the shuffling and of all noise; defaults to 0. */
  seed?: number;
  /** Stops the fit after the current step, as an interrupt of the notebook's kernel does. */
  signal?: AbortSignal;
  /** Whether to show progress; defaults to true. */
  progress?: boolean;
}

const millisecondsBetweenBreaths = 25;

/**
 * Trains a model in place.
 *
 * Every epoch goes through the data once, in an order drawn anew; the data stays in native memory and only indices travel.
 * An interrupt (of the kernel, or `signal`) ends the fit after the current step, with everything learned so far.
 *
 * @param data [examples, …], one tensor or several by name
 * @returns one row of measures per epoch and phase
 * @throws ArgumentError for options out of range; NonFiniteError when a term becomes NaN or infinite
 */
export async function fit(model: Trainable, data: TrainingData, options: FitOptions): Promise<History> {
  const { tensors, size } = checkData("fit()", "data", data);
  const { epochs, batch = 128, learningRate = 1e-3, seed = 0, progress = true } = checkOptions(options);
  const { optimizer = () => tf.train.adam(learningRate) } = options;
  const schedules = Object.entries(options.schedules ?? {}).map(
    ([name, value]) => [name, typeof value === "number" ? constant(value) : value] as const,
  );
  const signal = interruption(options.signal);
  const display = progressDisplay(progress);
  const start = performance.now();
  const root = rng(seed);
  const noise = root.fold(0);
  const minimise = minimiser(model.phases, optimizer);
  const runStep = trainingStep(model.phases, tensors, noise.key, minimise.minimise, (fn) => fn);
  const stepsPerEpoch = Math.ceil(size / batch);
  const rows: HistoryRow[] = [];
  let step = 0;
  let ending: Ending = "completed";
  let lastBreath = performance.now();

  for (let epoch = 0; epoch < epochs && ending === "completed"; epoch++) {
    const order = tf.tidy(() => root.fold(epoch + 1).permutation(size));
    const before = snapshot(model.variables());
    const means = new PhaseMeans();
    for (let first = 0; first < size; first += batch) {
      const count = Math.min(batch, size - first);
      const at = { step, epoch: step / stepsPerEpoch, epochs };
      const scheduled = Object.fromEntries(schedules.map(([name, schedule]) => [name, schedule(at)]));
      const values = tf.tidy(() => runStep(tf.slice(order, first, count), step, scheduled));
      step++;
      refuseNonFinite(values, step, () => before.restore());
      means.add(values, count);
      if (performance.now() - lastBreath > millisecondsBetweenBreaths) {
        const stage = `epoch ${epoch + 1} of ${epochs}`;
        display.update({ title: "fit", done: step, total: epochs * stepsPerEpoch, values: flat(values), stage });
        await breathe();
        lastBreath = performance.now();
      }
      if (signal.aborted) {
        ending = "interrupted";
        break;
      }
    }
    order.dispose();
    before.dispose();
    if (ending !== "completed") break;
    const validation = options.validation
      ? await evaluate(model, options.validation, { batch: Math.max(batch, 500), seed })
      : {};
    const at = { step, epoch: epoch + 1, epochs };
    const shared = {
      epoch: epoch + 1,
      step,
      seconds: (performance.now() - start) / 1000,
      ...Object.fromEntries(schedules.map(([name, schedule]) => [name, schedule(at)])),
    };
    for (const [phase, measures] of Object.entries(means.byPhase())) {
      const validated = Object.entries(validation[phase] ?? {}).map(([name, value]) => [`validation_${name}`, value]);
      rows.push({ ...shared, phase, ...measures, ...Object.fromEntries(validated) });
    }
  }
  minimise.dispose();
  tf.dispose([noise.key, root.key]);
  const seconds = (performance.now() - start) / 1000;
  const history = new History(rows, ending, step, seconds);
  const { epoch: _epoch, step: _step, seconds: _seconds, phase: _phase, ...last } = rows.at(-1) ?? ({} as HistoryRow);
  const terms = Object.entries(last).map(([name, value]) => `${name} ${Number(value).toPrecision(5)}`);
  display.end([`fit: ${ending}`, `${rows.at(-1)?.epoch ?? 0} epochs`, ...terms, duration(seconds)].join(" · "));
  return history;
}

/** All values of a step under one name each: the phase's name is left out where there is one phase. */
function flat(values: StepValues): Record<string, number> {
  const phases = Object.entries(values);
  return Object.fromEntries(
    phases.flatMap(([phase, terms]) =>
      Object.entries(terms).map(([name, value]) => [phases.length > 1 ? `${phase} ${name}` : name, value]),
    ),
  );
}

function refuseNonFinite(values: StepValues, step: number, restore: () => void): void {
  const all = flat(values);
  // The terms before the loss, which is only their sum.
  const names = Object.keys(all).sort((a, b) => Number(a.endsWith("loss")) - Number(b.endsWith("loss")));
  const broken = names.find((name) => !Number.isFinite(all[name]));
  if (broken === undefined) return;
  restore();
  throw new NonFiniteError(broken, step, all[broken] as number, all);
}

function checkOptions(options: FitOptions): FitOptions {
  const whole = (name: "epochs" | "batch", value: number | undefined): void => {
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
      throw new ArgumentError("fit()", name, value, "a whole number of at least 1");
    }
  };
  if (options?.epochs === undefined)
    throw new ArgumentError("fit()", "epochs", undefined, "a whole number of at least 1");
  whole("epochs", options.epochs);
  whole("batch", options.batch);
  const { learningRate = 1 } = options;
  if (!(learningRate > 0 && learningRate < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError("fit()", "learningRate", learningRate, "a number above 0");
  }
  return options;
}
