import { interruption } from "../display/interruption";
import type { XlaChoice } from "../jit/program-cache";
import { rng } from "../runtime/rng";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import { checkBatches, equalBatches, minimumBatch, minimumTrainingBatch } from "./batch-length";
import { checkInputs, checkScheduleNames, checkScheduleValues } from "./check-reads";
import { checkTrainable } from "./check-trainable";
import { type Evaluator, evaluator } from "./evaluator";
import { describeSpec, fingerprints } from "./fingerprint";
import { type CheckedFitOptions, checkFitOptions, type FitOptions } from "./fit-options";
import { type FitState, initialState } from "./fit-state";
import { type Minimizer, minimizer } from "./minimizer";
import { type Orders, ordersOf } from "./orders";
import { type Progress, progressDisplay } from "./progress";
import { type Runs, runsOf } from "./runs";
import type { Snapshot } from "./snapshot";
import { type Steps, trainingSteps } from "./steps";
import { suitsXla } from "./suits-xla";
import type { Trainable } from "./trainable";
import { type CheckedData, checkTrainingData, checkValidation, type TrainingData } from "./training-data";

/** The number of examples per step of the validation. */
const validationBatch = 500;

/** The checked arguments of `fit`. */
export interface CheckedFit {
  readonly model: Trainable;
  readonly data: CheckedData;
  readonly validation: CheckedData | undefined;
  readonly options: CheckedFitOptions;
  readonly display: Progress;
  /** Aborts when the user interrupts the cell that called `fit`, or when the caller's own signal aborts. */
  readonly signal: AbortSignal;
}

/** Everything that `fit` owns while it runs. */
export interface FitSession extends CheckedFit {
  /** The variables of the model, in the order of `variables()`. */
  readonly variables: readonly tf.Variable[];
  /** The random order of the examples in each epoch. */
  readonly orders: Orders;
  readonly minimizer: Minimizer;
  readonly steps: Steps;
  /** How an epoch is divided into runs of steps. */
  readonly runs: Runs;
  readonly evaluation: Evaluator | undefined;
  /** What must be the same in a later call that resumes from the checkpoint: plain data by name. Empty without `checkpoint`. */
  readonly conditions: Readonly<Record<string, unknown>>;
  /** When this session started: a time of `performance.now()`, in milliseconds. */
  readonly start: number;
  /** When `fit` last yielded to the event loop. Kept across epochs, because several epochs may fit between two yields. */
  lastYield: number;
  state: FitState;
  best: Snapshot | undefined;
  /** Seconds that training has taken, including earlier sessions. */
  seconds(): number;
  dispose(): void;
}

/**
 * Checks the arguments of `fit`. If it throws, nothing needs cleanup.
 *
 * @throws ArgumentError that names the argument or option
 */
export function checkFit(model: Trainable, given: TrainingData, givenOptions: FitOptions): CheckedFit {
  checkTrainable("fit()", model);
  const { phases } = model;
  const data = checkTrainingData("fit()", "data", given);
  const options = checkFitOptions(givenOptions);
  checkInputs("fit()", phases, data.tensors);
  const validation = options.validation && checkValidation("fit()", data, options.validation);
  checkBatches("fit()", phases, options.batchSize, { data, validation });
  checkScheduleNames("fit()", phases, Object.keys(options.schedules));
  const constants = Object.entries(givenOptions.schedules ?? {}).filter(([, value]) => typeof value === "number");
  checkScheduleValues("fit()", phases, Object.fromEntries(constants));
  for (const one of [data, validation]) if (one) model.check?.("fit()", one.tensors);
  const display = progressDisplay(options.progress);
  return { model, data, validation, options, display, signal: interruption(options.signal) };
}

/** Creates everything that `fit` needs. The caller's functions run before anything else is allocated, in case they throw. */
export function openFitSession(checked: CheckedFit): FitSession {
  const { model, data, validation, options } = checked;
  const { phases } = model;
  const variables = model.variables();
  const rate = options.learningRate({ step: 0, epoch: 0, epochs: options.epochs });
  const made = minimizer(phases, () => options.optimizer(rate), options.clipNorm);
  // The random streams of a fit: stream 0 is the noise of the steps, and stream n shuffles the examples of epoch n.
  const root = rng(options.seed);
  const key = tf.tidy(() => root.fold(0).key);
  const { compile, batchSize, epochs } = options;
  const ofPhases = minimumBatch(phases);
  const runs = runsOf(data.size, batchSize, minimumTrainingBatch(batchSize, ofPhases));
  // A resumed fit keeps the choice of the first call, so it computes the same numbers.
  const xla = (part: keyof FitState["xla"], stepsOfEpoch: number): XlaChoice =>
    options.xla ?? ((trace) => session.state.xla[part] ?? suitsXla(trace, epochs * stepsOfEpoch));
  const steps = trainingSteps(phases, data.tensors, key, made.minimize, {
    compile,
    xla: xla("training", runs.equal),
    longestRun: runs.longest,
  });
  const batchOfValidation = Math.max(validationBatch, ofPhases);
  const evaluated =
    validation &&
    evaluator(phases, validation, {
      batchSize: batchOfValidation,
      seed: options.seed,
      compile,
      xla: xla("validation", equalBatches(validation.size, batchOfValidation, ofPhases)),
    });
  const start = performance.now();
  const session: FitSession = {
    ...checked,
    variables,
    orders: ordersOf(root, data.size, epochs, compile),
    minimizer: made,
    steps,
    runs,
    evaluation: evaluated,
    conditions: options.checkpoint === undefined ? {} : conditionsOf(checked, variables, made),
    start,
    lastYield: start,
    state: initialState(),
    best: undefined,
    seconds() {
      return this.state.seconds + (performance.now() - start) / 1000;
    },
    dispose() {
      // Dispose the optimizers first, because disposing the steps would otherwise fetch the optimizers' variables from the graph.
      made.dispose();
      steps.dispose();
      this.orders.dispose();
      evaluated?.dispose();
      key.dispose();
      this.best?.dispose();
    },
  };
  return session;
}

/**
 * What must stay the same so that a resumed fit continues exactly. The number of epochs, the patience, the learning rate and the
 * schedules may change.
 */
function conditionsOf(
  { model, data, validation, options }: CheckedFit,
  variables: readonly tf.Variable[],
  { optimizers }: Minimizer,
): Record<string, unknown> {
  const { spec } = model as { spec?: FactorySpec };
  const rateScales = model.phases.map(({ learningRateScale = 1 }) => learningRateScale);
  return {
    phases: model.phases.map(({ name }) => name),
    ...(spec && describeSpec(spec)),
    "the optimizer of each phase": optimizers.map((optimizer) => optimizer.getClassName()),
    "the settings of the optimizers": optimizers.map((optimizer) => {
      const { learningRate: _, ...settings } = optimizer.getConfig();
      return settings;
    }),
    // Left out if all scales are 1, so the conditions match those of older checkpoints.
    ...(rateScales.some((scale) => scale !== 1) && { "the learningRateScale of each phase": rateScales }),
    "the variables of each phase": model.phases.map((phase) =>
      phase.variables().map((variable) => variables.indexOf(variable)),
    ),
    "the shape of the data": shapesOf(data),
    "the shape of the validation data": validation === undefined ? null : shapesOf(validation),
    "the fingerprint of the data": fingerprints(data.tensors),
    "the fingerprint of the validation data": validation === undefined ? null : fingerprints(validation.tensors),
    seed: options.seed,
    batchSize: options.batchSize,
    clipNorm: options.clipNorm,
    monitor: options.monitor,
    restoreBest: options.restoreBest,
  };
}

const shapesOf = ({ tensors }: CheckedData): Record<string, number[]> =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
