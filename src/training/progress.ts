import { liveDisplay } from "../display/live-display";

/** What the progress display shows. */
export interface ProgressState {
  title: string;
  /** Examples done, and in all. */
  done: number;
  total: number;
  /** Steps taken so far. */
  step: number;
  /** Current values, by name. */
  values: Readonly<Record<string, number>>;
  /** What is being done: "epoch 3 of 10". */
  stage: string;
}

/** A display that is rewritten in place while work goes on, and ends as one line. */
export interface Progress {
  update(state: ProgressState): void;
  /** Replaces the display by its last line. */
  end(line: string): void;
}

/** A progress display for the place where output goes: a notebook, a terminal, or nowhere. */
export function progressDisplay(wanted: boolean): Progress {
  if (!wanted) return { update: () => {}, end: () => {} };
  const display = liveDisplay();
  let start = performance.now();
  let first: ProgressState | undefined;
  return {
    update(state) {
      const now = performance.now();
      if (first === undefined) {
        // The pace is that of the steps after the first, which is traced and compiled.
        first = state;
        start = now;
      }
      const since = first;
      display.update(state.done, state.total, () => summary(state, paceOf(since, state, (now - start) / 1000)));
    },
    end: display.end,
  };
}

/** Undefined while there is nothing to measure it by. */
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

/** Seconds as people say them: 4 s, 1 min 20 s, 2 h 5 min. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
