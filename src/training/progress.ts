import { randomUUID } from "node:crypto";
import { frontEnd } from "../display/front-end";
import type { MimeBundle } from "../display/mime-bundle";

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

const millisecondsBetweenUpdates = 150;

/** A progress display for the place where output goes: a notebook, a terminal, or nowhere. */
export function progressDisplay(wanted: boolean): Progress {
  if (!wanted) return { update: () => {}, end: () => {} };
  const show = frontEnd() ? notebookWriter() : terminalWriter();
  let start = performance.now();
  let first: ProgressState | undefined;
  let last = Number.NEGATIVE_INFINITY;
  return {
    update(state) {
      const now = performance.now();
      if (first === undefined) {
        // The pace is that of the steps after the first, which is traced and compiled.
        first = state;
        start = now;
      }
      if (now - last < millisecondsBetweenUpdates) return;
      last = now;
      show({ ...state, pace: paceOf(first, state, (now - start) / 1000) });
    },
    end: (line) => show(line),
  };
}

interface Shown extends ProgressState {
  /** Undefined while there is nothing to measure it by. */
  pace: { stepsPerSecond: number; secondsLeft: number } | undefined;
}

function paceOf(first: ProgressState, now: ProgressState, seconds: number): Shown["pace"] {
  if (now.step === first.step) return undefined;
  const secondsPerExample = seconds / (now.done - first.done);
  return {
    stepsPerSecond: (now.step - first.step) / seconds,
    secondsLeft: (now.total - now.done) * secondsPerExample,
  };
}

type Writer = (shown: Shown | string) => void;

function notebookWriter(): Writer {
  const id = `elbo-lab-progress-${randomUUID()}`;
  let update = false;
  return (shown) => {
    frontEnd()?.display(typeof shown === "string" ? lineBundle(shown) : barBundle(shown), { id, update });
    update = true;
  };
}

function terminalWriter(): Writer {
  const { isTTY: terminal, columns = 80 } = process.stderr;
  return (shown) => {
    if (typeof shown === "string") process.stderr.write(terminal ? `\r\x1b[K${shown}\n` : `${shown}\n`);
    // A line that wraps could not be rewritten.
    else if (terminal) process.stderr.write(`\r\x1b[K${summary(shown).slice(0, columns - 1)}`);
  };
}

const lineBundle = (line: string): MimeBundle => ({
  data: { "text/plain": line, "text/html": `<pre style="margin:0">${escapeHtml(line)}</pre>` },
});

function barBundle(shown: Shown): MimeBundle {
  const bar = `<progress value="${shown.done}" max="${shown.total}" style="width:16em;vertical-align:middle"></progress>`;
  return {
    data: {
      "text/plain": summary(shown),
      "text/html": `<div>${bar} <code style="background:none">${escapeHtml(summary(shown))}</code></div>`,
    },
  };
}

function summary({ title, done, total, stage, values, pace }: Shown): string {
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

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
