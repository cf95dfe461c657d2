import { liveDisplay } from "../display/live-display";

/** What the progress display shows. */
export interface ProgressState {
  title: string;
  /** The number of examples processed so far, over all epochs. */
  done: number;
  /** The number of examples to process, over all epochs. */
  total: number;
  /** The number of steps taken so far. */
  step: number;
  /** Current values, by name. */
  values: Readonly<Record<string, number>>;
  /** The current stage: "epoch 3 of 10". */
  stage: string;
}

/** A progress display. It is updated in place, and ends as a single line. */
export interface Progress {
  update(state: ProgressState): void;
  /** Replaces the display with its last line. */
  end(line: string): void;
  /** Shows the present state again, in the output of the cell that calls this. */
  redraw(): void;
}

/** A progress display for a notebook or a terminal; it shows nothing if `wanted` is false. */
export function progressDisplay(wanted: boolean): Progress {
  if (!wanted) return { update: () => {}, end: () => {}, redraw: () => {} };
  const display = liveDisplay();
  let start = performance.now();
  let first: ProgressState | undefined;
  return {
    update(state) {
      const now = performance.now();
      if (first === undefined) {
        // Measure the speed from here, because the first run also traces and compiles the step.
        first = state;
        start = now;
      }
      const since = first;
      display.update(state.done, state.total, () => summary(state, paceOf(since, state, (now - start) / 1000)));
    },
    end: display.end,
    redraw: display.redraw,
  };
}

/** The speed of training; undefined until there are steps to measure it with. */
type Pace = { stepsPerSecond: number; secondsLeft: number } | undefined;

function paceOf(first: ProgressState, now: ProgressState, seconds: number): Pace {
  if (now.step === first.step) return undefined;
  const secondsPerExample = seconds / (now.done - first.done);
  return {
    stepsPerSecond: (now.step - first.step) / seconds,
    secondsLeft: (now.total - now.done) * secondsPerExample,
  };
}

function summary({ title, done, total, stage, values }: ProgressState, pace: Pace): string {
  const percent = `${Math.floor((100 * done) / total)} %`;
  const terms = Object.entries(values).map(([name, value]) => `${name} ${value.toPrecision(5)}`);
  const speed = pace ? [`${pace.stepsPerSecond.toFixed(0)} steps/s`, `${duration(pace.secondsLeft)} left`] : [];
  return [title, percent, stage, ...terms, ...speed].join(" · ");
}

/** A duration for people to read: 4 s, 1 min 20 s, 2 h 5 min. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
