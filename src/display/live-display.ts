import { randomUUID } from "node:crypto";
import { frontEnd } from "./front-end";
import type { MimeBundle } from "./mime-bundle";
import { escapeHtml } from "./table";

/**
 * A line in the cell's output or on the terminal that is rewritten while work is in progress, and then replaced by a
 * final line.
 */
export interface LiveDisplay {
  /** Shows the progress and a line of text. The line is computed only when it is shown. */
  update(done: number, total: number, line: () => string): void;
  /** Replaces the display with a final line. */
  end(line: string): void;
  /** Shows the present state again, in the output of the cell that calls this. Later updates change both. */
  redraw(): void;
}

const millisecondsBetweenUpdates = 150;

/** A live display in the notebook or on the terminal, wherever output goes. */
export function liveDisplay(): LiveDisplay {
  const writer = frontEnd() ? notebookWriter() : terminalWriter();
  let last = Number.NEGATIVE_INFINITY;
  return {
    update(done, total, line) {
      const now = performance.now();
      if (now - last < millisecondsBetweenUpdates) return;
      last = now;
      writer.update(done, total, line());
    },
    end: writer.end,
    redraw: writer.redraw,
  };
}

interface Writer {
  update(done: number, total: number, line: string): void;
  end(line: string): void;
  redraw(): void;
}

function notebookWriter(): Writer {
  const id = `elbo-lab-progress-${randomUUID()}`;
  let shown: MimeBundle | undefined;
  const show = (bundle: MimeBundle): void => {
    frontEnd()?.display(bundle, { id, update: shown !== undefined });
    shown = bundle;
  };
  return {
    redraw: () => shown && frontEnd()?.display(shown, { id }),
    update: (done, total, line) => show(barBundle(done, total, line)),
    end: (line) => show(lineBundle(line)),
  };
}

function terminalWriter(): Writer {
  const { isTTY: terminal, columns = 80 } = process.stderr;
  let shown = "";
  const write = (text: string): void => {
    shown = text;
    process.stderr.write(text);
  };
  return {
    // The terminal cannot rewrite a line that wraps.
    update: (_done, _total, line) => void (terminal && write(`\r\x1b[K${line.slice(0, columns - 1)}`)),
    end: (line) => write(terminal ? `\r\x1b[K${line}\n` : `${line}\n`),
    redraw: () => void process.stderr.write(shown),
  };
}

const lineBundle = (line: string): MimeBundle => ({
  data: { "text/plain": line, "text/html": `<pre style="margin:0">${escapeHtml(line)}</pre>` },
});

function barBundle(done: number, total: number, line: string): MimeBundle {
  const bar = `<progress value="${done}" max="${total}" style="width:16em;vertical-align:middle"></progress>`;
  const html = `<div>${bar} <code style="background:none">${escapeHtml(line)}</code></div>`;
  return { data: { "text/plain": line, "text/html": html } };
}
