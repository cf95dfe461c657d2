import { interruption } from "../display/interruption";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { checkTrainable } from "./check-trainable";
import { type Evaluator, evaluator } from "./evaluation";
import { type CheckedFitOptions, checkFitOptions, type FitOptions } from "./fit-options";
import { type FitState, initialState } from "./fit-state";
import { type Minimizer, minimizer } from "./minimizer";
import { type Progress, progressDisplay } from "./progress";
import type { Snapshot } from "./snapshot";
import { type Step, type StepInputs, trainingStep } from "./steps";
import { suitsXla } from "./suits-xla";
import type { Trainable } from "./trainable";
import { type CheckedData, checkTrainingData, checkValidation, type TrainingData } from "./training-data";

/** Everything a fit holds while it runs. */
export interface FitSession {
  readonly model: Trainable;
  readonly data: CheckedData;
  readonly validation: CheckedData | undefined;
  readonly options: CheckedFitOptions;
  /** The model's variables, in its order. */
  readonly variables: readonly tf.Variable[];
  /** The streams of the fit: stream 0 is the noise of the steps, stream n the order of epoch n. */
  readonly root: Rng;
  readonly minimizer: Minimizer;
  readonly step: Step;
  readonly evaluation: Evaluator | undefined;
  readonly display: Progress;
  readonly signal: AbortSignal;
  /** When this session began, on the clock of `performance`. */
  readonly start: number;
  /** When the event loop last had its turn; epochs can be shorter than the time between two turns. */
  lastYield: number;
  state: FitState;
  best: Snapshot | undefined;
  dispose(): void;
}

/**
 * Checks what `fit` was given and makes what it needs.
 *
 * @throws ArgumentError naming the argument or option; nothing is held then
 */
export function openFitSession(model: Trainable, given: TrainingData, givenOptions: FitOptions): FitSession {
  checkTrainable("fit()", model);
  const data = checkTrainingData("fit()", "data", given);
  const options = checkFitOptions(givenOptions);
  const validation = options.validation && checkValidation("fit()", data, options.validation);
  for (const one of [data, validation]) if (one) model.check?.("fit()", one.tensors);
  const variables = model.variables();
  const stepsPerEpoch = Math.ceil(data.size / options.batchSize);
  const steps = { compile: options.compile, xla: options.xla ?? suitsXla(variables, stepsPerEpoch) };
  const rate = options.learningRate({ step: 0, epoch: 0, epochs: options.epochs });
  const made = minimizer(model.phases, () => options.optimizer(rate), options.clipNorm);
  const root = rng(options.seed);
  const key = tf.tidy(() => root.fold(0).key);
  const step = trainingStep(model.phases, data.tensors, key, made.minimize, steps);
  const evaluated = validation && evaluator(model.phases, validation, { batchSize: 500, seed: options.seed, ...steps });
  return {
    model,
    data,
    validation,
    options,
    variables,
    root,
    minimizer: made,
    step,
    evaluation: evaluated,
    display: progressDisplay(options.progress),
    signal: interruption(options.signal),
    start: performance.now(),
    lastYield: performance.now(),
    state: initialState(),
    best: undefined,
    dispose() {
      // The optimizers first: what they hold need not be fetched from the step's graph.
      made.dispose();
      step.dispose();
      evaluated?.dispose();
      key.dispose();
      this.best?.dispose();
    },
  };
}

/** Seconds that the fit has taken, in earlier sessions too. */
export const secondsOf = ({ state, start }: FitSession): number => state.seconds + (performance.now() - start) / 1000;

/**
 * What the schedules say at the present position.
 *
 * @throws Error naming the schedule that gives no usable number
 */
export function inputsAt({ state, options, data }: FitSession): StepInputs {
  const epoch = state.epoch + state.done / data.size;
  const at = { step: state.step, epoch, epochs: options.epochs };
  const learningRate = options.learningRate(at);
  const schedules: Record<string, number> = {};
  for (const [name, schedule] of Object.entries(options.schedules)) schedules[name] = schedule(at);
  for (const [name, value] of Object.entries({ ...schedules, learningRate })) {
    if (Number.isFinite(value)) continue;
    throw new Error(
      `fit(): the schedule of ${name} must give a finite number, but gave ${value} at epoch ${epoch}, step ${state.step}.`,
    );
  }
  return { learningRate, schedules };
}
