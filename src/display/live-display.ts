import { randomUUID } from "node:crypto";
import { frontEnd } from "./front-end";
import type { MimeBundle } from "./mime-bundle";
import { escapeHtml } from "./table";

/** A place in the cell's output or on the terminal that is rewritten during the work, and ends as one line. */
export interface LiveDisplay {
  /** Shows how much is done and a line of text; computes the line only when it is shown. */
  update(done: number, total: number, line: () => string): void;
  /** Replaces what is shown with a last line. */
  end(line: string): void;
}

const millisecondsBetweenUpdates = 150;

/** A live display where output goes: a notebook or a terminal. */
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
  };
}

interface Writer {
  update(done: number, total: number, line: string): void;
  end(line: string): void;
}

function notebookWriter(): Writer {
  const id = `elbo-lab-progress-${randomUUID()}`;
  let update = false;
  const show = (bundle: MimeBundle): void => {
    frontEnd()?.display(bundle, { id, update });
    update = true;
  };
  return {
    update: (done, total, line) => show(barBundle(done, total, line)),
    end: (line) => show(lineBundle(line)),
  };
}

function terminalWriter(): Writer {
  const { isTTY: terminal, columns = 80 } = process.stderr;
  return {
    // A line that wraps could not be rewritten.
    update: (_done, _total, line) => void (terminal && process.stderr.write(`\r\x1b[K${line.slice(0, columns - 1)}`)),
    end: (line) => void process.stderr.write(terminal ? `\r\x1b[K${line}\n` : `${line}\n`),
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
